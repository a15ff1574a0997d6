import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTaskId, isTaskId } from './words.ts'

test('an id is a word that a command line can be given', () => {
  const ids = Array.from({ length: 5000 }, createTaskId)
  assert.ok(ids.every(isTaskId))
  assert.deepEqual(
    ids.filter((id) => id.startsWith('-')),
    [],
  )
  assert.equal(new Set(ids).size, ids.length)
})
