import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from './run-command.ts'
import { findTests, isTest } from './test-files.ts'

test('a file that exports nothing is a test, whoever makes its tests', () => {
  assert.equal(isTest("import { test } from 'node:test'\ntest('x', () => {})"), true)
  assert.equal(
    isTest("import { verifies } from './verifies.ts'\nverifies('x', async () => {})"),
    true,
  )
  assert.equal(isTest("import { test } from 'node:test'\nexport const x = 1\ntest('x', go)"), true)
  assert.equal(isTest('test(nothing)'), true)
})

test('a file that exports and makes no test is what others share', () => {
  assert.equal(isTest("import { after } from 'node:test'\nexport function start() {}"), false)
  assert.equal(isTest("import assert from 'node:assert'\nexport const x = 1"), false)
})

test('every file of the wires is run', async () => {
  const home = join(root, 'conformance/wires')
  const named = readdirSync(home).filter((name) => name.endsWith('.test.ts'))
  assert.deepEqual((await findTests(home)).sort(), named.map((name) => join(home, name)).sort())
})

test('a path that holds nothing is said, a file that is named is taken', async () => {
  await assert.rejects(findTests(join(root, 'no/such/folder')), /No such test file or folder/)
  const file = join(root, 'scripts/test-files.test.ts')
  assert.deepEqual(await findTests(file), [file])
})
