import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bus } from '@lutra/core'
import { createPublisher } from './publisher.ts'

test('a change that cannot be told is told once the bus is back, each once', async () => {
  const told: unknown[] = []
  const errors: unknown[] = []
  let down = true
  const bus: Bus = {
    async publish(_, message) {
      if (down) throw new Error('down')
      told.push(message)
    },
    subscribe: () => () => {},
  }
  const publisher = createPublisher({
    bus,
    topic: 'x',
    retryMs: 5,
    onError: (error) => errors.push(error),
  })
  for (const _ of [1, 2]) {
    publisher.publish({ list: 'tools' })
    publisher.publish({ uri: 'a:b' })
  }
  await new Promise((resolve) => setTimeout(resolve, 30))
  assert.deepEqual(told, [])
  down = false
  for (const end = Date.now() + 5000; told.length < 2 && Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await new Promise((resolve) => setTimeout(resolve, 30))
  assert.deepEqual(told, [{ list: 'tools' }, { uri: 'a:b' }])
  assert.equal(errors.length, 4, 'who operates it is told of each change, not of each try')
  down = true
  publisher.publish({ list: 'prompts' })
  await new Promise((resolve) => setTimeout(resolve, 1))
  publisher.close()
  down = false
  await new Promise((resolve) => setTimeout(resolve, 30))
  assert.equal(told.length, 2)
})
