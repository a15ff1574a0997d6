import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importsOf } from './imports.ts'

test('every form of import is found', () => {
  const source = [
    "import { a } from 'a'",
    "import type { b } from 'b'",
    "import 'c'",
    "export { d } from 'd'",
    "const e = await import('e')",
    "type F = import('f').F",
    'import {',
    '  g,',
    "} from 'g'",
  ].join('\n')
  assert.deepEqual(importsOf(source), ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
})

test('a comment imports nothing', () => {
  assert.deepEqual(importsOf("/**\n * import { a } from 'a'\n */\n// import 'b'\n"), [])
})
