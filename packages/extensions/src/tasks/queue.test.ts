import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createQueue, type Limits } from './queue.ts'
import type { Waiting } from './wait-list.ts'

function waiting(id: string, principal: string, more: Partial<Waiting> = {}): Waiting {
  return {
    id,
    principal,
    createdAt: 0,
    tool: 't',
    concurrency: 100,
    notBefore: 0,
    delayMs: 0,
    ...more,
  }
}

/** A queue whose tasks end when they are told to. */
function world(limits: Limits) {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const queue = createQueue({
    limits,
    now: () => 1000,
    run: ({ id }) => {
      begun.push(id)
      return new Promise((resolve) => ends.set(id, resolve))
    },
  })
  const end = async (id: string) => {
    ends.get(id)?.()
    await new Promise(setImmediate)
  }
  return { queue, begun, end }
}

test('callers take turns, however many tasks one of them has made', async () => {
  const { queue, begun, end } = world({ process: 1, principal: 1 })
  for (let count = 0; count < 50; count++) queue.add(waiting(`ann${count}`, 'ann'))
  queue.add(waiting('bob0', 'bob'))
  queue.add(waiting('cat0', 'cat'))
  queue.pump()
  for (const id of ['ann0', 'bob0', 'cat0', 'ann1']) await end(id)
  assert.deepEqual(begun, ['ann0', 'bob0', 'cat0', 'ann1', 'ann2'])
  assert.equal(queue.running, 1)
})

test('no more run than a process, a caller and a tool may have', async () => {
  const { queue, begun } = world({ process: 6, principal: 2 })
  for (let count = 0; count < 3; count++) queue.add(waiting(`ann${count}`, 'ann'))
  queue.add(waiting('bob0', 'bob', { tool: 'one', concurrency: 1 }))
  queue.add(waiting('cat0', 'cat', { tool: 'one', concurrency: 1 }))
  queue.add(waiting('dan0', 'dan'))
  queue.add(waiting('eve0', 'eve'))
  queue.pump()
  assert.deepEqual(begun.toSorted(), ['ann0', 'ann1', 'bob0', 'dan0', 'eve0'])
})

test('a task that is heard of twice runs once, and again when it is heard of while it runs', async () => {
  const { queue, begun, end } = world({ process: 4, principal: 4 })
  queue.add(waiting('a', 'ann'))
  queue.add(waiting('a', 'ann'))
  queue.pump()
  assert.deepEqual(begun, ['a'])
  queue.add(waiting('a', 'ann'))
  queue.pump()
  assert.deepEqual(begun, ['a'])
  await end('a')
  assert.deepEqual(begun, ['a', 'a'])
})

test('who drains begins nothing more, and waits for what runs', async () => {
  const { queue, begun, end } = world({ process: 1, principal: 1 })
  queue.add(waiting('a', 'ann'))
  queue.add(waiting('b', 'bob'))
  queue.pump()
  let drained = false
  const draining = queue.drain().then(() => (drained = true))
  await new Promise(setImmediate)
  assert.equal(drained, false)
  await end('a')
  await draining
  assert.deepEqual(begun, ['a'])
})
