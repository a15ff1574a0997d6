import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createMemoryStore, type Result, type Store, StoreError } from '@lutra/core'
import type { TasksOptions } from '@lutra/extensions/tasks'
import { type Tool, tool } from '@lutra/server'
import { z } from 'zod'
import { eventually } from '../eventually.ts'
import { createCluster, type Instance, isEnded, sendAs } from './rig.ts'

const ann = sendAs({ subject: 'ann' })
const refused = { code: 429, message: /of this caller are open, and no more may be/ }

/** Processes that share a store, with a tool that remembers for whom it ran. */
function start(store: Store, options: TasksOptions = {}) {
  const runs: string[] = []
  const work = tool({
    name: 'work',
    description: '',
    input: z.object({ by: z.string() }),
    task: { ttlMs: null },
    run: ({ by }) => {
      runs.push(by)
      return 'done'
    },
  })
  const tools = [work] as unknown as Tool[]
  return { ...createCluster(tools, { open: { principal: 1 }, ...options, store }), runs }
}

async function make(instance: Instance, by: string): Promise<string> {
  const params = { name: 'work', arguments: { by } }
  return String((await ann(instance, 'tools/call', params))['taskId'])
}

const ended = ({ tasks }: Instance, id: string) =>
  eventually(async () => (await tasks.get(id))?.status === 'completed', 'the task has ended')

type Kind = 'slot' | 'task' | 'wait'
const kinds: readonly Kind[] = ['slot', 'task', 'wait']
const kindOf = (key: string) => kinds.find((kind) => key.startsWith(`tasks.${kind}`))

/** What a store has of tasks that have not ended, or are not all there. */
async function left(store: Store): Promise<readonly string[]> {
  const entries = await store.list('tasks.')
  return entries.filter(({ value }) => !isEnded(value as Result)).map(({ key }) => key)
}

/** What a process writes before it dies; the rest never gets anywhere. */
const deaths: readonly (readonly Kind[])[] = [
  [],
  ['slot'],
  ['slot', 'task'],
  ['slot', 'wait'],
  ['slot', 'task', 'wait'],
]

for (const written of deaths) {
  const what = written.join(', ') || 'nothing'
  test(`a process that dies while it makes a task leaves none behind that is half there, or has a place for ever: ${what}`, async () => {
    let time = Date.now()
    const now = () => time
    const memory = createMemoryStore()
    const asked: Kind[] = []
    const dying = start({
      ...memory,
      set(key, value, options) {
        const kind = kindOf(key)
        if (kind) asked.push(kind)
        if (!kind || written.includes(kind)) return memory.set(key, value, options)
        return new Promise(() => {})
      },
    })
    // Nobody hears of it, and nobody is told.
    const lost = make(dying.start({ run: false, now }), 'lost')
    const reached = written.length === 0 ? 1 : 3
    await eventually(() => asked.length >= reached, 'it has come so far')
    const isWhole = written.length === kinds.length
    if (isWhole) await lost
    const cluster = start(memory, { now })
    const one = cluster.start()
    if (isWhole) await ended(one, await lost)
    else if (written.length > 0) await assert.rejects(make(one, 'early'), refused)
    // The others look at what is on the list, and leave what may be about to be written.
    await pause(200)
    assert.deepEqual(cluster.runs, isWhole ? ['lost'] : [])
    const isListed = (await left(memory)).some((key) => key.startsWith('tasks.wait/'))
    assert.equal(isListed, written.includes('wait') && !isWhole)
    time += 11 * 60_000
    await ended(one, await make(cluster.start(), 'later'))
    await eventually(async () => (await left(memory)).length === 0, 'nothing is left')
    assert.deepEqual(cluster.runs, isWhole ? ['lost', 'later'] : ['later'])
    assert.equal((await memory.list('tasks.task.')).length, cluster.runs.length)
    await cluster.close()
  })
}

for (const failing of kinds) {
  for (const isDone of [true, false]) {
    test(`a store that fails once as a task is made keeps nothing of it: ${failing}, ${isDone ? 'written' : 'not written'}`, async () => {
      const memory = createMemoryStore()
      const failed: string[] = []
      const cluster = start({
        ...memory,
        async set(key, value, options) {
          const fails = failed.length === 0 && kindOf(key) === failing
          if (fails) failed.push(key)
          // What is under way meanwhile must not come after it was taken back.
          else await pause(10)
          const version = fails && !isDone ? undefined : await memory.set(key, value, options)
          if (!fails) return version
          throw new StoreError('The connection was lost', { code: 'unavailable' })
        },
      })
      const one = cluster.start({ run: false })
      await assert.rejects(make(one, 'lost'), (error: { code?: unknown }) => error.code !== 429)
      assert.equal(failed.length, 1)
      const id = await make(one, 'again')
      await ended(cluster.start(), id)
      await eventually(async () => (await left(memory)).length === 0, 'nothing is left')
      assert.deepEqual(cluster.runs, ['again'])
      await cluster.close()
    })
  }
}

test('a task that is found on the list before it is written runs once, as soon as it is', async () => {
  const memory = createMemoryStore()
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const store: Store = {
    ...memory,
    async set(key, value, options) {
      if (kindOf(key) === 'task') await gate
      return memory.set(key, value, options)
    },
  }
  // Those who look see it without its record, and learn so only when its maker has told of it.
  let looks = 0
  let making: Promise<string> | undefined
  const looking: Store = {
    ...store,
    async get(key) {
      const held = await memory.get(key)
      if (kindOf(key) !== 'task' || held) return held
      looks += 1
      open()
      await making
      return held
    },
  }
  const cluster = start(store, { scanMs: 60_000 })
  const maker = cluster.start({ run: false })
  making = make(maker, 'early')
  await eventually(async () => {
    return (await left(memory)).some((key) => kindOf(key) === 'wait')
  }, 'it is on the list')
  cluster.start({ store: looking })
  await ended(maker, await making)
  assert.equal(looks, 1)
  assert.deepEqual(cluster.runs, ['early'])
  await cluster.close()
})
