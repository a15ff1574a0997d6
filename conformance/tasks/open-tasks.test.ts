import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore, handedOver, type Store } from '@lutra/core'
import { type TasksOptions, tasks } from '@lutra/extensions/tasks'
import { type Tool, tool } from '@lutra/server'
import { eventually } from '../eventually.ts'
import { createCluster, type Instance, isEnded, sendAs, untilAs } from './rig.ts'

const work = tool({
  name: 'work',
  description: 'Ended by somebody else',
  task: { ttlMs: 60_000 },
  run: () => handedOver,
})
const quick = tool({ name: 'quick', description: 'Ends at once', task: true, run: () => 'done' })
const asks = tool({
  name: 'asks',
  description: 'Waits for an answer',
  task: true,
  run: async (_, ctx) =>
    (await ctx.ask('sure', 'Sure?', { type: 'object', properties: {} })).action,
})

function start(options: TasksOptions) {
  return createCluster([work, quick, asks] as unknown as Tool[], { graceMs: 50, ...options })
}

const ann = sendAs({ subject: 'ann' })
const nobody = sendAs({})
const settled = untilAs(ann)

async function make(instance: Instance, name = 'work', send = ann): Promise<string> {
  return String((await send(instance, 'tools/call', { name }))['taskId'])
}

const refused = { code: 429, message: /of this caller are open, and no more may be\. Await, / }

/** Everything that a store has of tasks. */
async function keysIn(store: Store): Promise<readonly string[]> {
  return (await store.list('tasks.')).map(({ key }) => key)
}

test('of one caller no more tasks are open than may be, however many processes make some at once', async () => {
  const cluster = start({ open: { principal: 7 } })
  const instances = [cluster.start(), cluster.start(), cluster.start()]
  const making = Array.from({ length: 30 }, (_, at) => make(instances[at % 3] as Instance))
  const made = await Promise.allSettled(making)
  const reasons = made.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  assert.equal(reasons.length, 23)
  for (const reason of reasons) {
    assert.equal(reason.code, 429)
    assert.equal(reason.data.openTasks, 7)
    assert.ok(reason.data.retryAfterMs >= 1000 && reason.data.retryAfterMs <= 10_000)
    assert.match(reason.message, refused.message)
  }
  const keys = await keysIn(cluster.store)
  assert.equal(keys.filter((key) => key.startsWith('tasks.task.')).length, 7, 'and no more stored')
  assert.equal(keys.filter((key) => key.startsWith('tasks.slot.')).length, 7)
  assert.ok(await make(instances[0] as Instance, 'work', sendAs({ subject: 'bob' })))
  await cluster.close()
})

test('a task that has ended in whatever way, at whatever process, makes room for one more and leaves nothing of its place', async () => {
  const cluster = start({ open: { principal: 1 } })
  const [one, other] = [cluster.start(), cluster.start()]
  const outside = tasks({ store: cluster.store, run: false })
  const ends: [string, (id: string) => Promise<unknown>][] = [
    ['work', (id) => outside.complete(id, { content: [] })],
    ['work', (id) => outside.fail(id, { message: 'lost' })],
    ['work', (id) => ann(other, 'tasks/cancel', { taskId: id })],
    ['quick', async () => {}],
    [
      'asks',
      async (id) => {
        await settled(one, id, ({ status }) => status === 'input_required')
        await ann(other, 'tasks/cancel', { taskId: id })
      },
    ],
  ]
  for (const [name, end] of ends) {
    const front = cluster.start({ run: false })
    const id = await make(front, name)
    if (name !== 'quick') await assert.rejects(make(front), refused, name)
    await end(id)
    await settled(one, id, isEnded)
    const again = await make(cluster.start())
    await outside.cancel(again)
    await settled(one, again, isEnded)
    await eventually(async () => {
      const left = await keysIn(cluster.store)
      return !left.some((key) => key.startsWith('tasks.slot.'))
    }, 'its place is free')
  }
  await cluster.close()
})

test('a task counts until its time to live is over, and its place is free then', async () => {
  let time = Date.now()
  const now = () => time
  const cluster = start({ open: { principal: 1 }, store: createMemoryStore(now), now })
  const one = cluster.start()
  await make(one)
  time += 50_000
  await assert.rejects(make(one), { ...refused, message: /by itself in 10 seconds at the latest/ })
  time += 11_000
  // That there was no room is believed for a second.
  await eventually(async () => (await make(one).catch(() => '')) !== '', 'its place is free')
  await cluster.close()
})

test('the place of a task is found free where a process died before it said so', async () => {
  let time = Date.now()
  const now = () => time
  const cluster = start({ open: { principal: 2 }, now })
  const { store } = cluster
  const one = cluster.start()
  const id = await make(one)
  // Its place is taken again as if it had never been let go of, and another by a task that was never written.
  const [place] = (await keysIn(store)).filter((key) => key.startsWith('tasks.slot.'))
  const held = await store.get(String(place))
  await one.tasks.complete(id, { content: [] })
  await store.set(String(place), held?.value)
  const lost = await make(one)
  await store.delete(`tasks.task.${lost.slice(0, 1)}/${lost}`)
  const another = await make(cluster.start())
  assert.notEqual(another, id)
  await assert.rejects(make(cluster.start()), refused, 'it may be about to be written')
  time += 11 * 60_000
  await make(cluster.start())
  await assert.rejects(make(cluster.start()), refused)
  await cluster.close()
})

test('all who are not authenticated share a bound of their own, and lock nobody else out', async () => {
  const cluster = start({ open: { principal: 1, anonymous: 3 } })
  const one = cluster.start()
  for (let count = 0; count < 3; count++) await make(one, 'work', nobody)
  await assert.rejects(make(one, 'work', nobody), refused)
  await make(one)
  await assert.rejects(make(one), refused)
  const { content } = await sendAs({ declares: false })(one, 'tools/call', { name: 'quick' })
  assert.deepEqual(content, [{ type: 'text', text: 'done' }], 'a plain call is no task')
  await cluster.close()
})

test('without a bound nothing is counted, and what is no bound is refused', async () => {
  const cluster = start({ open: { principal: Number.POSITIVE_INFINITY } })
  await make(cluster.start())
  assert.ok(!(await keysIn(cluster.store)).some((key) => key.startsWith('tasks.slot.')))
  await cluster.close()
  for (const most of [0, -1, 1.5, Number.NaN]) {
    assert.throws(() => tasks({ open: { principal: most } }), /Expected open\.principal to be/)
  }
})

test('a caller who has too many and goes on asking costs a few looks, and stores nothing', async () => {
  const memory = createMemoryStore()
  let reads = 0
  let writes = 0
  const store: Store = {
    get: memory.get,
    getMany(keys) {
      if (keys[0]?.startsWith('tasks.slot.')) reads += keys.length
      return memory.getMany(keys)
    },
    set(key, value, options) {
      if (key.startsWith('tasks.task.')) writes += 1
      return memory.set(key, value, options)
    },
    delete: memory.delete,
    list: memory.list,
  }
  const cluster = start({ open: { principal: 100 }, store })
  const one = cluster.start({ run: false })
  await Promise.all(Array.from({ length: 100 }, () => make(one)))
  reads = 0
  writes = 0
  const begun = performance.now()
  for (let count = 0; count < 10; count++) {
    await Promise.all(Array.from({ length: 50 }, () => assert.rejects(make(one), refused)))
  }
  const looks = 1 + (performance.now() - begun) / 1000
  assert.ok(reads <= 100 * looks, `${reads} slots were read in ${looks} looks`)
  assert.equal(writes, 0)
  await cluster.close()
})
