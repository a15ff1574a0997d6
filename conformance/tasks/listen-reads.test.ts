import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Bus, type Call, type Notification, type Store, withSignal } from '@lutra/core'
import { tasksId } from '@lutra/extensions/tasks'
import { tool } from '@lutra/server'
import { engines } from '../engines/engines.ts'
import { eventually } from '../eventually.ts'
import { createCluster, type Instance, send } from './rig.ts'

const work = tool({ name: 'work', description: '', task: true, run: () => 'done' })
const many = 300
/** All of them, a part at a time: each of them may be large. */
const parts = Array.from({ length: 6 }, () => 50)
const round = parts.length

/** Counts the reads of tasks, each with how many it was for, and fails those that are told to. */
function counting(store: Store) {
  const reads: number[] = []
  const failing = { reads: 0 }
  const look = (keys: readonly string[]) => {
    if (!keys[0]?.startsWith('tasks.task')) return
    if (failing.reads-- > 0) throw new Error('away')
    reads.push(keys.length)
  }
  const counted: Store = {
    ...store,
    async get(key) {
      look([key])
      return store.get(key)
    },
    async getMany(keys) {
      look(keys)
      return store.getMany(keys)
    },
  }
  return { store: counted, reads, failing }
}

/** A bus whose gaps are made here, and that says at once that it is heard: how long that takes is not asked here, and changes what is read. */
function gapping(bus: Bus) {
  const gaps: (() => void)[] = []
  const heard: (Promise<void> | undefined)[] = []
  const subscribe: Bus['subscribe'] = (topic, listen, onGap) => {
    if (onGap && topic.startsWith('tasks/task/')) gaps.push(onGap)
    const stop = bus.subscribe(topic, listen, onGap)
    heard.push(stop.ready)
    return () => stop()
  }
  return {
    bus: { ...bus, subscribe },
    gap: () => gaps.forEach((one) => void one()),
    isHeard: () => Promise.all(heard),
  }
}

async function listen({ server }: Instance, taskIds: readonly unknown[], notify: Call['notify']) {
  const control = new AbortController()
  const call = {
    id: 'listening',
    method: 'subscriptions/listen',
    params: { notifications: { taskIds } },
    meta: {
      protocolVersion: '2026-07-28',
      clientInfo: { name: 'test', version: '1' },
      clientCapabilities: { extensions: { [tasksId]: {} } },
    },
    notify,
  }
  const listening = server(withSignal(call, () => control.signal))
  return async () => {
    control.abort()
    await listening
  }
}

/** Makes tasks, some at a time: where all is slow, the last of many at once would wait longer for the store than it may. */
async function make(instance: Instance, count: number): Promise<readonly unknown[]> {
  const ids: unknown[] = []
  while (ids.length < count) {
    const some = Array.from({ length: Math.min(30, count - ids.length) }, () =>
      send(instance, 'tools/call', { name: 'work' }),
    )
    for (const { taskId } of await Promise.all(some)) ids.push(taskId)
  }
  return ids
}

for (const name of ['memory', 'Redis']) {
  test(`a subscription to ${many} tasks reads all of them by few looks: ${name}`, async (t) => {
    const opened = await engines.get(name)?.()
    if (!opened) return t.skip(`${name} is not installed`)
    const { store, reads, failing } = counting(opened.one.store)
    const { bus, gap, isHeard } = gapping(opened.one.bus)
    const cluster = createCluster([work], { store, bus })
    const one = cluster.start({ run: false })
    try {
      const ids = await make(one, many)
      const told: Notification[] = []
      reads.length = 0
      const end = await listen(one, ids, ({ method, params = {} }) => {
        if (method === 'notifications/tasks') told.push({ method, params })
      })
      // Once to find whose they are, and once for what has changed before the bus listened.
      await eventually(
        () => reads.length === 2 * round && told.length === many,
        'two rounds, and all told',
      )
      assert.deepEqual(reads, [...parts, ...parts])
      assert.deepEqual(new Set(told.map(({ params }) => params?.['taskId'])), new Set(ids))

      gap()
      await eventually(() => reads.length === 3 * round, 'a third round')
      assert.deepEqual(reads.slice(2 * round), parts)
      assert.equal(told.length, many, 'each state is told once')

      // A look that fails comes again, for all of them.
      failing.reads = 1
      gap()
      await eventually(() => reads.length === 4 * round, 'a fourth round')
      assert.deepEqual(reads.slice(3 * round), parts)
      assert.equal(told.length, many)

      await isHeard()
      await send(one, 'tasks/cancel', { taskId: ids[7] })
      await eventually(() => told.length > many, 'the word of one more state')
      assert.equal(told.at(-1)?.params?.['taskId'], ids[7])
      await end()
    } finally {
      await cluster.close()
      await opened.close()
    }
  })
}

test('a subscription keeps nothing of the tasks that it tells of', async (t) => {
  const opened = await engines.get('Redis')?.()
  if (!opened) return t.skip('Redis is not installed')
  const read: WeakRef<object>[] = []
  const { store, bus } = opened.one
  const cluster = createCluster([work], {
    bus,
    store: {
      ...store,
      async getMany(keys) {
        const found = await store.getMany(keys)
        for (const one of found) if (one) read.push(new WeakRef(one.value as object))
        return found
      },
    },
  })
  try {
    const one = cluster.start({ run: false })
    const ids = await make(one, 60)
    let told = 0
    read.length = 0
    const end = await listen(one, ids, ({ method }) => {
      if (method === 'notifications/tasks') told += 1
    })
    await eventually(() => told === 60 && read.length === 120, 'all are read twice and told')
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    await eventually(() => {
      collect()
      return read.filter((one) => one.deref()).length <= 1
    }, 'nothing is kept of them')
    await end()
  } finally {
    await cluster.close()
    await opened.close()
  }
})
