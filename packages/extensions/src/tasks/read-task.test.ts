import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Result } from '@lutra/core'
import { readTask } from './read-task.ts'

const sound: Result = {
  ...{ resultType: 'complete', taskId: 'one', status: 'working', ttlMs: null },
  ...{ createdAt: '2026-07-28T10:00:00Z', lastUpdatedAt: '2026-07-28T10:00:00Z' },
}

test('a task is taken as its server tells it', () => {
  const told = {
    ...sound,
    ...{ statusMessage: '', ttlMs: 0, pollIntervalMs: 0, result: {} },
    inputRequests: { a: { method: 'roots/list' }, __proto__: { method: 'x', params: {} } },
    error: { code: 1.5, message: '' },
  }
  assert.equal(readTask(told, 'one'), told)
  assert.equal(readTask(sound), sound)
})

test('a task that is none is refused, naming what is wrong with it', () => {
  const wrong: Readonly<Record<string, readonly unknown[]>> = {
    taskId: [undefined, '', 7, 'x'.repeat(1025), 'two'],
    status: [undefined, 'done', null, ['working']],
    statusMessage: [null, {}, 7],
    createdAt: [undefined, null, 7],
    lastUpdatedAt: [undefined, { toString: 1 }],
    ttlMs: [undefined, '1000', {}],
    pollIntervalMs: [null, -1, '1', { valueOf: 1 }],
    inputRequests: [null, [], { a: null }, { a: {} }, { a: { method: 'x', params: null } }],
    result: [null, 'x', []],
    error: [null, { code: '1', message: '' }, { code: 1 }],
  }
  for (const [field, values] of Object.entries(wrong)) {
    for (const value of values) {
      const message = new RegExp(`malformed task: expected "${field}"`)
      const read = () => readTask({ ...sound, [field]: value }, 'one')
      assert.throws(read, { name: 'TaskError', code: 'malformed', message }, field)
    }
  }
})
