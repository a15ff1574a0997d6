import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge, listFailures } from './run-suites.ts'
import { parseCounts, printCounts } from './test-counts.ts'

test('the count of a suite is read from its last line alone', () => {
  assert.deepEqual(parseCounts('1 passed, 9 failed\nnoise\n3 passed, 0 failed, 2 skipped\n\n'), {
    passed: 3,
    failed: 0,
    skipped: 2,
  })
  assert.equal(parseCounts('3 passed, 0 failed\nnoise'), undefined)
  assert.equal(parseCounts(''), undefined)
})

test('what is printed can be read back', () => {
  for (const counts of [
    { passed: 1, failed: 2, skipped: 0 },
    { passed: 0, failed: 0, skipped: 7 },
  ]) {
    assert.deepEqual(parseCounts(printCounts(counts)), counts)
  }
})

test('a suite that crashed, ran nothing or lied about its end counts as failed', () => {
  assert.equal(judge(1, undefined).counts.failed, 1)
  assert.equal(judge(0, undefined).counts.failed, 1)
  assert.equal(judge(0, { passed: 0, failed: 0, skipped: 4 }).counts.failed, 1)
  assert.deepEqual(judge(1, { passed: 5, failed: 0, skipped: 0 }).counts, {
    passed: 5,
    failed: 1,
    skipped: 0,
  })
  assert.equal(judge(1, { passed: 5, failed: 2, skipped: 0 }).counts.failed, 2)
})

test('a test left out is a failure in CI only', () => {
  const counts = { passed: 5, failed: 0, skipped: 1 }
  assert.equal(judge(0, counts, true).counts.failed, 1)
  assert.equal(judge(0, counts, false).counts.failed, 0)
})

test('what failed is found again in a long output, with why', () => {
  const output = [
    'noise',
    'failed: packages/core/src/a.test.ts: a name',
    'AssertionError: Expected values to be equal',
    '',
    '1 !== 2',
    '    at a.test.ts:3',
    '',
    '✓ one gate (0.1 s)',
    '✗ another gate (0.2 s)',
    '✓ a third gate (0.1 s)',
    '7 passed, 2 failed',
  ].join('\n')
  assert.deepEqual(listFailures(output), [
    'failed: packages/core/src/a.test.ts: a name',
    'AssertionError: Expected values to be equal',
    '1 !== 2',
    '    at a.test.ts:3',
    '✗ another gate (0.2 s)',
  ])
  assert.equal(listFailures('failed: one\nwhy\n'.repeat(1000)).length, 120)
})
