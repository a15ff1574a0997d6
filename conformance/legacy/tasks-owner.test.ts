import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Call, type Notification, type Result, withSignal } from '@lutra/core'
import { type Tool, tool } from '@lutra/server'
import { createCluster, type Instance, send, sendAs } from '../tasks/rig.ts'

const quick = tool({ name: 'quick', description: 'Ends at once', task: true, run: () => 'done' })
const slow = tool({
  name: 'slow',
  description: 'Says how far it is, and never ends by itself',
  task: true,
  async run(_, ctx) {
    ctx.progress(1, 2, 'half of it')
    await new Promise((_, reject) => ctx.signal.addEventListener('abort', reject))
  },
})
const tools = [quick, slow] as Tool[]

interface Earlier {
  readonly subject?: string
  readonly heard?: Notification[]
}

/** Sends one request as a session of 2025-11-25 does. */
function earlier({ subject, heard = [] }: Earlier = {}) {
  return (
    { server }: Pick<Instance, 'server'>,
    method: string,
    params: Record<string, unknown> = {},
  ): Promise<Result> => {
    const call: Omit<Call, 'signal'> = {
      id: crypto.randomUUID(),
      method,
      params,
      meta: { protocolVersion: '2025-11-25', clientCapabilities: {} },
      ...(subject !== undefined && { auth: { subject, scopes: [], claims: {} } }),
      notify: (told) => heard.push(told),
    }
    return server(withSignal(call, () => new AbortController().signal))
  }
}

async function idOf(made: Promise<Result>): Promise<string> {
  return ((await made)['task'] as { taskId: string }).taskId
}

const asTask = (name: string) => ({ name, task: {} })

test('[LEG-45] who was authenticated lists its tasks, page by page, and nobody else does', async () => {
  const cluster = createCluster(tools, { graceMs: 50 })
  const [one, two] = [cluster.start(), cluster.start()]
  const [ada, bob] = [earlier({ subject: 'ada' }), earlier({ subject: 'bob' })]
  const made = []
  for (let at = 0; at < 60; at++) made.push(await idOf(ada(one, 'tools/call', asTask('quick'))))
  const own = await idOf(bob(one, 'tools/call', asTask('slow')))
  const first = await ada(two, 'tasks/list')
  const second = await ada(two, 'tasks/list', { cursor: first['nextCursor'] })
  const listed = [first, second].flatMap(({ tasks }) => tasks as { taskId: string }[])
  assert.deepEqual(listed.map(({ taskId }) => taskId).sort(), made.sort())
  assert.equal('nextCursor' in second, false)
  const [only, ...more] = (await bob(two, 'tasks/list'))['tasks'] as Record<string, unknown>[]
  assert.deepEqual([only?.['taskId'], more], [own, []])

  for (const cursor of ['', 'x', 7, null, `../${'a'.repeat(40)}`, 'z'.repeat(5000)]) {
    await assert.rejects(ada(one, 'tasks/list', { cursor }), { code: -32602 })
  }
  await assert.rejects(earlier()(one, 'tasks/list'), { code: -32601 })
  const capabilityOf = async (send: ReturnType<typeof earlier>) => {
    const { capabilities } = await send(one, 'server/discover')
    return Object.keys((capabilities as Record<string, object>)['tasks'] ?? {})
  }
  assert.deepEqual(await capabilityOf(ada), ['list', 'cancel', 'requests'])
  assert.deepEqual(await capabilityOf(earlier()), ['cancel', 'requests'])
  await cluster.close()
})

test('[LEG-45] a task is there for who made it, and in the revision in which it was made', async () => {
  const cluster = createCluster(tools, { graceMs: 50 })
  const one = cluster.start()
  const [ada, bob] = [earlier({ subject: 'ada' }), earlier({ subject: 'bob' })]
  const taskId = await idOf(ada(one, 'tools/call', asTask('slow')))
  for (const foreign of [bob, earlier()]) {
    for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel']) {
      await assert.rejects(foreign(one, method, { taskId }), { code: -32602 })
    }
  }
  const modern = await sendAs({ subject: 'ada' })(one, 'tools/call', { name: 'slow' })
  const { taskId: later } = modern
  await assert.rejects(ada(one, 'tasks/get', { taskId: later }), { code: -32602 })
  await cluster.close()
})

test('[TASK-27] who declares only the earlier tasks may still look after those that it has from there', async () => {
  const cluster = createCluster(tools, { graceMs: 50 })
  const one = cluster.start()
  const ada = earlier({ subject: 'ada' })
  const older = { subject: 'ada', declares: false, capabilities: { tasks: {} } }
  const later = sendAs(older)
  const taskId = await idOf(ada(one, 'tools/call', asTask('slow')))
  assert.equal((await later(one, 'tasks/get', { taskId }))['status'], 'working')
  assert.equal((await later(one, 'tasks/cancel', { taskId })).resultType, 'complete')
  await assert.rejects(later(one, 'tasks/update', { taskId, inputResponses: {} }), { code: -32021 })
  await assert.rejects(sendAs({ ...older, capabilities: {} })(one, 'tasks/get', { taskId }), {
    code: -32021,
  })
  await assert.rejects(sendAs({ ...older, subject: 'bob' })(one, 'tasks/get', { taskId }), {
    code: -32021,
  })
  const made = await sendAs({ subject: 'ada' })(one, 'tools/call', { name: 'slow' })
  await assert.rejects(later(one, 'tasks/get', { taskId: made['taskId'] }), { code: -32021 })
  await cluster.close()
})

test('[LEG-12] who waits for a result hears what the task says; a server that closes lets go of it', async () => {
  const cluster = createCluster(tools, { graceMs: 50 })
  const [runs, waits] = [cluster.start(), cluster.start({ run: false })]
  const heard: Notification[] = []
  const taskId = await idOf(someone(waits, 'tools/call', asTask('slow')))
  const result = earlier({ heard })(waits, 'tasks/result', { taskId })
  const isOver = assert.rejects(result, { code: -32603, message: /closing/ })
  for (const end = Date.now() + 10_000; !heard.some(isHalf); await pause(10)) {
    assert.ok(Date.now() < end, 'nothing was said')
  }
  const [told] = heard.filter(isHalf)
  assert.equal(told?.method, 'notifications/tasks/status')
  assert.equal(told?.params?.['taskId'], taskId)
  await waits.server.close()
  await isOver
  assert.equal((await earlier()(runs, 'tasks/get', { taskId }))['status'], 'working')
  await cluster.close()
})

const someone = earlier()
const isHalf = ({ params }: Notification) => /half of it/.test(String(params?.['statusMessage']))

test('[LEG-12] what the modern extension adds is not there for an earlier caller, and the other way round', async () => {
  const cluster = createCluster(tools, { graceMs: 50 })
  const one = cluster.start()
  const made = await earlier()(one, 'tools/call', asTask('quick'))
  const task = made['task'] as Record<string, unknown>
  assert.equal('ttlMs' in task || 'pollIntervalMs' in task, false)
  assert.deepEqual(Object.keys(task).sort(), [
    'createdAt',
    'lastUpdatedAt',
    'pollInterval',
    'status',
    'taskId',
    'ttl',
  ])
  for (const method of ['tasks/result', 'tasks/list']) {
    await assert.rejects(send(one, method, { taskId: task['taskId'] }), { code: -32601 })
  }
  const { tools: listed } = await send(one, 'tools/list', {})
  assert.equal(JSON.stringify(listed).includes('taskSupport'), false)
  await cluster.close()
})
