import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readWaiting } from './read-waiting.ts'

const sound = {
  ...{ id: 'x'.repeat(32), createdAt: 1, tool: 'x', principal: '' },
  ...{ concurrency: 1, notBefore: 0, delayMs: 0 },
}

test('what another writes on the bus is no task that waits, and keeps none back', () => {
  for (const told of [undefined, null, 7, 'x', {}, sound]) assert.deepEqual(readWaiting(told), [])
  const wrong = Object.keys(sound).flatMap((field) =>
    [null, {}, field === 'id' ? '../x' : undefined].map((value) => ({ ...sound, [field]: value })),
  )
  assert.deepEqual(readWaiting([null, [], sound, ...wrong, sound]), [sound, sound])
})
