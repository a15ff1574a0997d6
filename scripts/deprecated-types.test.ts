import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from './run-command.ts'

/** What goes away with SEP-2577, by the file that declares it. */
const goes: readonly [file: string, member: RegExp][] = [
  ['core/src/meta.ts', /readonly logLevel\?:/],
  ['core/src/shapes.ts', /readonly roots\?:/],
  ['core/src/shapes.ts', /readonly sampling\?:/],
  ['core/src/shapes.ts', /readonly logging\?:/],
  ['server/src/context.ts', /readonly log:/],
  ['server/src/ask/asking.ts', /sample\(\n/],
  ['server/src/ask/asking.ts', /roots\(options/],
  ['client/src/options.ts', /readonly logLevel\?:/],
  ['client/src/options.ts', /readonly onLog\?:/],
  ['client/src/middleware/answers.ts', /readonly sample\?:/],
  ['client/src/middleware/answers.ts', /readonly roots\?:/],
]

test('[LIFE-03] what is deprecated says so in its types, with the proposal', () => {
  for (const [file, member] of goes) {
    const text = readFileSync(join(root, 'packages', file), 'utf8')
    const at = text.search(member)
    assert.ok(at > 0, `${file} has no ${member}`)
    const before = text.slice(0, at)
    const comment = before.slice(before.lastIndexOf('/**'))
    assert.match(comment, /@deprecated[^*]*SEP-2577/, `${file} ${member}`)
    assert.match(comment, /\*\/\s*$/, `${file} ${member}: the comment is about something else`)
  }
})
