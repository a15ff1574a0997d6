import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore, handedOver, type Store, StoreError } from '@lutra/core'
import type { TasksOptions } from '@lutra/extensions/tasks'
import { type Tool, tool } from '@lutra/server'
import { createCluster, type Instance, sendAs } from './rig.ts'

const work = tool({ name: 'work', description: '', task: { ttlMs: null }, run: () => handedOver })
const ann = sendAs({ subject: 'ann' })

function start(options: TasksOptions) {
  return createCluster([work] as unknown as Tool[], options)
}

async function make(instance: Instance): Promise<string> {
  return String((await ann(instance, 'tools/call', { name: 'work' }))['taskId'])
}

const refused = { code: 429, message: /of this caller are open, and no more may be/ }

async function keysIn(store: Store): Promise<readonly string[]> {
  return (await store.list('tasks.')).map(({ key }) => key)
}

/** A store that does what it is asked to, and fails all the same. */
function losingWords(keys: string): { readonly store: Store; readonly lost: { any: boolean } } {
  const memory = createMemoryStore()
  const lost = { any: true }
  return {
    lost,
    store: {
      ...memory,
      async set(key, value, options) {
        const version = await memory.set(key, value, options)
        if (!lost.any || !key.startsWith(keys)) return version
        throw new StoreError('The connection was lost', { code: 'unavailable' })
      },
    },
  }
}

for (const keys of ['tasks.slot.', 'tasks.task.', 'tasks.wait/']) {
  test(`what may have been written of a task that was not made does not stay: ${keys}`, async () => {
    const { store, lost } = losingWords(keys)
    const cluster = start({ open: { principal: 2 }, store })
    const one = cluster.start({ run: false })
    for (let count = 0; count < 5; count++) {
      await assert.rejects(make(one), (error: { code?: unknown }) => error.code !== 429)
    }
    const left = (await keysIn(store)).filter((key) => !key.startsWith('tasks.wait/'))
    assert.deepEqual(left, [])
    lost.any = false
    await make(one)
    await make(one)
    await assert.rejects(make(one), refused)
    await cluster.close()
  })
}

test('a task whose process died before it was on the list of those to run keeps no place for ever', async () => {
  let time = Date.now()
  const cluster = start({ open: { principal: 2 }, now: () => time })
  const { store } = cluster
  const lost = await make(cluster.start({ run: false }))
  const waits = await make(cluster.start({ run: false }))
  for (const { key } of await store.list('tasks.wait/')) {
    if (key.endsWith(lost)) await store.delete(key)
  }
  await assert.rejects(make(cluster.start({ run: false })), refused, 'it may be about to be')
  time += 11 * 60_000
  await make(cluster.start({ run: false }))
  await assert.rejects(make(cluster.start({ run: false })), refused)
  const left = (await store.list('tasks.task.')).map(({ key }) => key.slice(-32))
  assert.ok(!left.includes(lost), 'nobody was told of it')
  assert.ok(left.includes(waits))
  await cluster.close()
})

test('of very many open tasks one more is refused like any other', async () => {
  const memory = createMemoryStore()
  let isFull = false
  const taken = { value: { id: 'a'.repeat(32), at: Date.now() }, version: '1' }
  const store: Store = {
    ...memory,
    getMany: (keys) =>
      isFull && keys[0]?.startsWith('tasks.slot.')
        ? Promise.resolve(keys.map(() => taken))
        : memory.getMany(keys),
    set: (key, value, options) =>
      isFull && key.startsWith('tasks.slot.')
        ? Promise.resolve(undefined)
        : memory.set(key, value, options),
  }
  const cluster = start({ open: { principal: 200_000 }, store })
  const one = cluster.start({ run: false })
  await make(one)
  isFull = true
  await assert.rejects(make(one), refused)
  await cluster.close()
})
