import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createMemoryStore, handedOver, RetryError, type Store, StoreError } from '@lutra/core'
import { type Tool, tool } from '@lutra/server'
import { z } from 'zod'
import { eventually } from '../eventually.ts'
import { createCluster, isEnded, send, until } from './rig.ts'

const quiet = { onError() {} }
const on = (one: unknown, options = {}) => createCluster([one as Tool], { ...quiet, ...options })

/** A store that does something first, or in place of what it is asked to set. */
function meddling(before: (key: string, value: unknown) => Promise<void> | void): Store {
  const store = createMemoryStore()
  return {
    ...store,
    async set(key, value, options) {
      await before(key, value)
      return store.set(key, value, options)
    },
  }
}

const away = () => new StoreError('The store is away', { code: 'unavailable' })
const accept = (value: string) => ({ action: 'accept', content: { value } })

const asking = tool({
  name: 'asking',
  description: 'Asks two questions at once',
  task: true,
  run: async (_, ctx) => {
    const form = z.object({ value: z.string() })
    const both = await Promise.all([
      ctx.ask('left', 'Left?', form),
      ctx.ask('right', 'Right?', form),
    ])
    return both.map((one) => (one.action === 'accept' ? one.content.value : one.action))
  },
})

test('a task that waits for a while is not run before its time', async () => {
  const ran: number[] = []
  const later = tool({
    name: 'later',
    description: '',
    task: true,
    run: () => {
      if (ran.push(performance.now()) === 1) throw new RetryError('not yet', { afterMs: 300 })
      return 'now'
    },
  })
  const cluster = on(later)
  const [one] = [cluster.start(), cluster.start()]
  const { taskId } = await send(one, 'tools/call', { name: 'later' })
  assert.equal((await until(one, taskId, isEnded))['status'], 'completed')
  const [first = 0, second = 0] = ran
  assert.ok(second - first > 250, `run again after ${second - first} ms`)
  await cluster.close()
})

test('clocks that are a minute apart hold up nothing', async () => {
  const quick = tool({
    name: 'quick',
    description: '',
    task: { backoffMs: 10 },
    run: (_, ctx) =>
      ctx
        .step('once', () => 1)
        .then(() => {
          if (clock++ === 0) throw new RetryError('not yet')
          return 'done'
        }),
  })
  let clock = 0
  const cluster = on(quick)
  const ahead = cluster.start({ run: false, now: () => Date.now() + 60_000 })
  cluster.start({ now: () => Date.now() - 60_000 })
  const { taskId } = await send(ahead, 'tools/call', { name: 'quick' })
  // Gives up long before a minute is over.
  assert.equal((await until(ahead, taskId, isEnded))['status'], 'completed')
  await cluster.close()
})

test('a task is on the list before its last answer is written, however the answers come', async () => {
  let checked = 0
  const store: Store = meddling(async (key, value) => {
    const { status, answers } = value as { status?: string; answers?: unknown[] }
    if (!key.startsWith('tasks.task.') || status !== 'working' || answers?.length !== 2) return
    checked++
    assert.equal((await store.list('tasks.wait/')).length, 1)
  })
  const cluster = on(asking, { store })
  const [one, two] = [cluster.start(), cluster.start()]
  const { taskId } = await send(one, 'tools/call', { name: 'asking' })
  await until(one, taskId, ({ status }) => status === 'input_required')
  await Promise.all([
    send(one, 'tasks/update', { taskId, inputResponses: { left: accept('l') } }),
    send(two, 'tasks/update', { taskId, inputResponses: { right: accept('r') } }),
  ])
  const { result } = await until(one, taskId, isEnded)
  assert.deepEqual((result as { structuredContent?: unknown }).structuredContent, ['l', 'r'])
  assert.ok(checked > 0)
  await cluster.close()
})

test('an answer that could not be written is no reason to look for it all the time, and can be given again', async () => {
  let isAway = false
  let sets = 0
  const store = meddling((key, value) => {
    sets++
    const { status } = value as { status?: string }
    if (isAway && key.startsWith('tasks.task.') && status === 'working') throw away()
  })
  const cluster = on(asking, { store, scanMs: 100 })
  const one = cluster.start()
  const { taskId } = await send(one, 'tools/call', { name: 'asking' })
  await until(one, taskId, ({ status }) => status === 'input_required')
  const inputResponses = { left: accept('l'), right: accept('r') }
  isAway = true
  await assert.rejects(send(one, 'tasks/update', { taskId, inputResponses }))
  sets = 0
  await pause(500)
  assert.ok(sets < 50, `${sets} writes while nothing happens`)
  isAway = false
  await send(one, 'tasks/update', { taskId, inputResponses })
  assert.equal((await until(one, taskId, isEnded))['status'], 'completed')
  await cluster.close()
})

test('cancelling ends a task that nobody runs: one that waits for somebody outside, and one that waits for a while', async () => {
  const ran: string[] = []
  const outside = tool({
    name: 'outside',
    description: '',
    task: true,
    run: () => {
      ran.push('outside')
      return handedOver
    },
  })
  const later = tool({
    name: 'later',
    description: '',
    task: true,
    run: () => {
      ran.push('later')
      throw new RetryError('not yet', { afterMs: 60_000 })
    },
  })
  const cluster = createCluster([outside, later] as unknown as Tool[], quiet)
  const one = cluster.start()
  for (const name of ['outside', 'later']) {
    const { taskId } = await send(one, 'tools/call', { name })
    await eventually(() => ran.includes(name) && one.tasks.running === 0, 'nobody runs it')
    await send(one, 'tasks/cancel', { taskId })
    assert.equal((await until(one, taskId, isEnded))['status'], 'cancelled')
    assert.equal(await one.tasks.complete(String(taskId), { content: [] }), false)
  }
  const isListed = async () => (await cluster.store.list('tasks.wait')).length > 0
  await eventually(async () => !(await isListed()), 'none is on the list')
  assert.deepEqual(ran, ['outside', 'later'])
  await cluster.close()
})

test('a run that was overtaken begins no more steps and changes nothing', async () => {
  const ran: string[] = []
  let go = () => {}
  const gate = new Promise<void>((resolve) => {
    go = resolve
  })
  let runs = 0
  const steps = tool({
    name: 'steps',
    description: '',
    task: true,
    run: async (_, ctx) => {
      const run = ++runs
      await ctx.step('first', () => void ran.push(`first in run ${run}`))
      if (run === 1) await gate
      await ctx.step('second', () => void ran.push(`second in run ${run}`))
      return run
    },
  })
  // Long enough that no other run takes it because this machine is busy.
  const cluster = on(steps, { leaseMs: 2000 })
  const one = cluster.start()
  const { taskId } = await send(one, 'tools/call', { name: 'steps' })
  // Begun is not recorded.
  const isRecorded = async () => (await cluster.store.list('tasks.step')).length > 0
  await eventually(isRecorded, 'the first step is recorded')
  cluster.start()
  const [lease] = await cluster.store.list('tasks.lease')
  await cluster.store.delete(lease?.key ?? '')
  await until(one, taskId, isEnded)
  // The first run has learnt that its lease is lost.
  await until(one, taskId, () => one.tasks.running === 0)
  go()
  await pause(100)
  assert.deepEqual(ran, ['first in run 1', 'second in run 2'])
  const { result } = await send(one, 'tasks/get', { taskId })
  assert.match(JSON.stringify(result), /2/)
  await cluster.close()
})

test('a step whose result cannot be stored for a moment is not done again', async () => {
  let ran = 0
  let failures = 3
  const store = meddling((key) => {
    if (key.startsWith('tasks.step.') && failures-- > 0) throw away()
  })
  const once = tool({
    name: 'once',
    description: '',
    task: true,
    run: (_, ctx) => ctx.step('once', () => ++ran),
  })
  const cluster = on(once, { store, leaseMs: 5000 })
  const one = cluster.start()
  const { taskId } = await send(one, 'tools/call', { name: 'once' })
  assert.equal((await until(one, taskId, isEnded))['status'], 'completed')
  assert.equal(ran, 1)
  await cluster.close()
})

test('of two who end a task at once, one is told that it did', async () => {
  const outside = tool({ name: 'outside', description: '', task: true, run: () => handedOver })
  const cluster = on(outside)
  const [one, two] = [cluster.start(), cluster.start()]
  const { taskId } = await send(one, 'tools/call', { name: 'outside' })
  await until(one, taskId, () => one.tasks.running + two.tasks.running === 0)
  const both = [one, two].map(({ tasks }) => tasks.complete(String(taskId), { content: [] }))
  assert.deepEqual((await Promise.all(both)).sort(), [false, true])
  await cluster.close()
})
