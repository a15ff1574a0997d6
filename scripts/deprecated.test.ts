import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from './run-command.ts'

// What each deprecated feature is declared by, for whoever uses it.
const declarations: Readonly<Record<string, readonly string[]>> = {
  'server/src/context.ts': ['readonly log: Log'],
  'server/src/ask/asking.ts': ['sample(', 'roots('],
  'server/src/ask/requests.ts': ['export function sample(', 'export function listRoots('],
  'client/src/middleware/answers.ts': ['readonly sample?:', 'readonly roots?:'],
  'client/src/options.ts': ['readonly logLevel?:', 'readonly onLog?:'],
  'core/src/meta.ts': ['readonly logLevel?:'],
  'core/src/shapes.ts': ['readonly roots?:', 'readonly sampling?:', 'readonly logging?:'],
}

for (const [path, lines] of Object.entries(declarations)) {
  test(`[LIFE-03] what goes away is marked in the types, with what ends it: ${path}`, () => {
    const text = readFileSync(join(root, 'packages', path), 'utf8')
    for (const line of lines) {
      const places = text
        .split(`\n`)
        .flatMap((one, at) => (one.trim().startsWith(line) ? [at] : []))
      assert.ok(places.length > 0, `${line} is there`)
      for (const at of places) {
        const before = text.split('\n').slice(0, at)
        const comment = before.slice(before.findLastIndex((one) => one.includes('/**'))).join('\n')
        assert.match(comment, /@deprecated .*SEP-\d+/, line)
        assert.match(comment, /\*\/\s*$/, `${line} follows its comment`)
      }
    }
  })
}
