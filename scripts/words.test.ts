import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findWords } from './words.ts'

// The words are put together here, for this file is looked through as well.
const join = (...parts: string[]) => parts.join('')

test('paths of a machine are found, paths inside a URI are not', () => {
  assert.equal(findWords('a.ts', join('"/ro', 'ot/x"')).length, 1)
  assert.equal(findWords('a.md', join('see /ho', 'me/me/x')).length, 1)
  assert.deepEqual(findWords('a.ts', join("'file:///ho", "me/user/project'")), [])
})

test('unfinished work and tests left out are found', () => {
  assert.deepEqual(findWords('a.ts', join('\n// TO', 'DO later')), [
    join('a.ts:2: TO', 'DO: unfinished work: finish it, or write down why not'),
  ])
  assert.equal(findWords('a.ts', join('te', "st.only('x')")).length, 1)
  assert.equal(findWords('a.ts', join('describe.sk', "ip('x')")).length, 1)
  assert.equal(findWords('a.ts', join('{ on', 'ly: true }')).length, 1)
  assert.deepEqual(findWords('a.ts', 'stream.skip(3)'), [])
})

test('a lock file may not name the host that a package came from', () => {
  assert.equal(findWords('package-lock.json', '"resolved": "https://x/y.tgz"').length, 1)
  assert.deepEqual(findWords('package-lock.json', '"resolved": "packages/core"'), [])
})
