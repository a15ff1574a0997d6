import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ErrorCode, RpcError } from './error.ts'
import { parseJson } from './json.ts'

function refused(text: string, maxDepth?: number): void {
  assert.throws(
    () => parseJson(text, maxDepth),
    (error) => error instanceof RpcError && error.code === ErrorCode.parse,
  )
}

const nest = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

test('JSON is read, anything else refused', () => {
  assert.deepEqual(parseJson('{"a":[1,null]}'), { a: [1, null] })
  for (const text of ['', '{', '{"a":1,}', 'undefined', '\u0000', '"\n"']) refused(text)
})

test('depth is counted exactly, and only outside strings', () => {
  parseJson(nest(128))
  refused(nest(129))
  parseJson(nest(3), 3)
  refused(nest(4), 3)
  parseJson(`{"${'['.repeat(500)}":"${'\\"{'.repeat(500)}\\\\"}`)
  refused(`["\\\\",${nest(200)}]`)
  parseJson(`[${'[],'.repeat(5000)}[]]`, 2)
})

test('a million brackets neither overflow a stack nor take long', () => {
  refused('['.repeat(1_000_000))
  refused('{"a":'.repeat(1_000_000))
})

test('whatever JSON.parse reads and is not deep is read the same', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const text = JSON.stringify(value)
      assert.deepEqual(parseJson(text), JSON.parse(text))
    }),
  )
})
