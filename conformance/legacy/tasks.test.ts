import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { serveNode } from '@lutra/server/serve-node'
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { eventually } from '../eventually.ts'
import { createCluster } from '../tasks/rig.ts'
import {
  type Answer,
  overHttp,
  overStdio,
  relatedTask,
  seen,
  tools,
  type Visit,
} from './task-tools.ts'

/** What a call as a task comes to, as the official client sees it. */
async function callAsTask({ client }: Visit, name: string, args: Record<string, unknown> = {}) {
  const told: string[] = []
  const params = { name, arguments: args }
  const options = { task: { ttl: 60_000 } }
  const tasks = client.experimental.tasks
  for await (const message of tasks.callToolStream(params, CallToolResultSchema, options)) {
    if (message.type === 'taskCreated' || message.type === 'taskStatus') {
      told.push(message.task.status)
    } else if (message.type === 'result') return { told, result: message.result }
    else return { told, error: message.error }
  }
  throw new Error('The stream has no end')
}

/** Makes a task, and gives its id. */
async function begin({ send }: Visit, name: string, args: Record<string, unknown> = {}) {
  const { task } = await send('tools/call', { name, arguments: args, task: {} })
  return (task as { taskId: string }).taskId
}

/** Asks for a task until it has this status. */
async function until({ send }: Visit, taskId: string, status: string) {
  for (const end = Date.now() + 15_000; ; await pause(10)) {
    const task = await send('tasks/get', { taskId })
    if (task['status'] === status) return task
    if (Date.now() > end) throw new Error(`The task stays ${JSON.stringify(task)}`)
  }
}

for (const [wire, open] of Object.entries({ overHttp, overStdio })) {
  test(`[LEG-12, LEG-40] ${wire}: the official client takes a task to its result, and answers its question`, async () => {
    await using place = await open()
    const { told, result } = await callAsTask(place, 'render', { page: 2 })
    assert.deepEqual(result?.structuredContent, { pages: 6 })
    assert.equal(told[0], 'working')
    const related = result?._meta?.[relatedTask]
    assert.deepEqual(place.asked, [{ [relatedTask]: related }])
    const { taskId } = related as { taskId: string }
    const again = await place.send('tasks/result', { taskId })
    assert.deepEqual(again['structuredContent'], { pages: 6 })
    assert.equal((await until(place, taskId, 'completed'))['pollInterval'], undefined)
  })

  test(`[LEG-41] ${wire}: what a tool needs is said in the list, and held to`, async () => {
    await using place = await open()
    const { client, send } = place
    assert.deepEqual(client.getServerCapabilities()?.['tasks'], {
      cancel: {},
      requests: { tools: { call: {} } },
    })
    const supports = (await client.listTools()).tools.map(({ name, execution }) => [
      name,
      execution?.taskSupport,
    ])
    assert.deepEqual(Object.fromEntries(supports), {
      render: 'optional',
      quick: 'required',
      plain: undefined,
      picky: 'optional',
      endless: 'optional',
    })
    await assert.rejects(send('tools/call', { name: 'quick' }), { code: -32601 })
    const before = seen.ran
    await assert.rejects(send('tools/call', { name: 'plain', task: {} }), { code: -32601 })
    assert.equal(seen.ran, before)
    const args = { name: 'render', arguments: { page: 1 } }
    assert.deepEqual((await send('tools/call', args))['structuredContent'], { pages: 3 })
  })

  test(`[LEG-42] ${wire}: a task is cancelled at once, and once`, async () => {
    await using place = await open()
    const { send } = place
    const before = { ...seen }
    const taskId = await begin(place, 'endless')
    const waiting = send('tasks/result', { taskId })
    const isCancelled = assert.rejects(waiting, { code: -32603, message: /cancelled/ })
    await eventually(() => seen.begun > before.begun, 'a run')
    assert.equal((await send('tasks/cancel', { taskId }))['status'], 'cancelled')
    await isCancelled
    await assert.rejects(send('tasks/cancel', { taskId }), { code: -32602, message: /cancelled/ })
    await assert.rejects(send('tasks/result', { taskId }), { code: -32603 })
    await eventually(() => seen.stopped > before.stopped, 'the run is told')
  })
}

test('[LEG-43] a tool that fails is a failed task, whose result is what the call would have been', async () => {
  await using place = await overHttp()
  const taskId = await begin(place, 'picky', { big: true })
  const failed = await until(place, taskId, 'failed')
  assert.equal(failed['statusMessage'], 'Too big')
  const result = await place.send('tasks/result', { taskId })
  assert.deepEqual([result['isError'], result['_meta']], [true, { [relatedTask]: { taskId } }])
  await assert.rejects(place.send('tasks/cancel', { taskId }), { message: /failed/ })
})

test('[LEG-12] a call that needs no task is a task that is over for who asks for one', async () => {
  await using place = await overHttp()
  const { result } = await callAsTask(place, 'picky', { big: false })
  assert.deepEqual(result?.content, [{ type: 'text', text: 'small' }])
  const refused = await begin(place, 'picky', { big: 'very' })
  await until(place, refused, 'failed')
  const { content } = await place.send('tasks/result', { taskId: refused })
  assert.match(JSON.stringify(content), /Invalid arguments/)
  await assert.rejects(begin(place, 'none'), { code: -32602 })
})

test('[LEG-12] a task is kept for as long as was asked, and not longer than the server keeps any', async () => {
  await using place = await overHttp()
  const ttlOf = async (task: unknown) => {
    const made = await place.send('tools/call', { name: 'picky', arguments: { big: true }, task })
    return (made['task'] as { ttl: unknown }).ttl
  }
  assert.equal(await ttlOf({ ttl: 50_000 }), 50_000)
  assert.equal(await ttlOf({ ttl: 1e300 }), 100_000)
  assert.equal(await ttlOf({}), 100_000)
  assert.equal(await ttlOf({ ttl: null }), 100_000)
  assert.equal(await ttlOf({ ttl: 0 }), 1000)
  for (const task of ['x', [], 7, null, { ttl: '5' }, { ttl: -1 }]) {
    await assert.rejects(ttlOf(task), { code: -32602 })
  }
})

test('[LEG-12] any instance serves a task: its result, its question and its end', async () => {
  await using place = await overHttp({ instances: 3 })
  const all = [1, 2, 3, 4, 5].map((page) => callAsTask(place, 'render', { page }))
  const pages = (await Promise.all(all)).map(({ result }) => result?.structuredContent?.['pages'])
  assert.deepEqual(pages, [3, 6, 9, 12, 15])
  const taskId = await begin(place, 'endless')
  const over = assert.rejects(place.send('tasks/result', { taskId }), { message: /cancelled/ })
  await place.send('tasks/cancel', { taskId })
  await over
})

test('[LEG-12] many wait at once, without a word of warning', async () => {
  await using place = await overHttp()
  const warnings: Error[] = []
  const warn = (warning: Error) => warnings.push(warning)
  process.on('warning', warn)
  const ids = await Promise.all(Array.from({ length: 40 }, () => begin(place, 'endless')))
  const ends = ids.map((taskId) =>
    assert.rejects(place.send('tasks/result', { taskId }), { message: /cancelled/ }),
  )
  await pause(200)
  await Promise.all(ids.map((taskId) => place.send('tasks/cancel', { taskId })))
  await Promise.all(ends)
  process.off('warning', warn)
  assert.deepEqual(warnings, [])
})

test('[LEG-12] a question that nobody answers stays open', async () => {
  const answers: Answer[] = [
    () => Promise.reject(new Error('Nobody is here')),
    async () => ({ action: 'accept', content: { copies: 2 } }),
  ]
  await using place = await overHttp({ answer: async () => (answers.shift() as Answer)() })
  const taskId = await begin(place, 'render', { page: 5 })
  await assert.rejects(place.send('tasks/result', { taskId }), { message: /Nobody is here/ })
  await until(place, taskId, 'input_required')
  const { structuredContent } = await place.send('tasks/result', { taskId })
  assert.deepEqual(structuredContent, { pages: 10 })
})

test('[LEG-44] ids, cursors and answers that make no sense are refused', async () => {
  await using place = await overHttp()
  const { send } = place
  const taskId = await begin(place, 'render', { page: 1 })
  await until(place, taskId, 'input_required')
  for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel']) {
    for (const id of ['', 'x', `${taskId}x`, '__proto__', 'A'.repeat(32), 7, null, {}, undefined]) {
      await assert.rejects(send(method, { taskId: id }), { code: -32602 }, `${method} ${id}`)
    }
  }
  await assert.rejects(send('tasks/update', { taskId, inputResponses: {} }), { code: -32601 })
  await assert.rejects(send('tasks/list'), { code: -32601 })
  // An answer of the wrong form is asked for again.
  const inputResponses = { copies: { action: 'accept', content: { copies: 'many' } }, none: 1 }
  const { structuredContent } = await send('tasks/result', { taskId, inputResponses })
  assert.deepEqual(structuredContent, { pages: 3 })
})

/** A server, and a way to post to it without the official client. */
async function openRaw() {
  const cluster = createCluster(tools)
  const http = await serveNode(cluster.start().server).listen()
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  return {
    post(own: Record<string, string>, method: string, params: Record<string, unknown>) {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
      return fetch(http.url, { method: 'POST', headers: { ...headers, ...own }, body })
    },
    async [Symbol.asyncDispose]() {
      await http.close()
      await cluster.close()
    },
  }
}

test('[LEG-12] a client without a session has tasks that ask nothing, and hears on a stream what it waits for', async () => {
  await using place = await openRaw()
  const read = async (response: Response) => {
    const text = await response.text()
    const events = [...text.matchAll(/^data: ?(.+)$/gm)].map(([, data]) => JSON.parse(data ?? ''))
    return { events, answer: events.at(-1) ?? JSON.parse(text) }
  }
  const post = (method: string, params: Record<string, unknown>) =>
    place.post({ 'mcp-protocol-version': '2025-11-25' }, method, params)
  const send = async (method: string, params: Record<string, unknown>) =>
    read(await post(method, params))
  const taskOf = async (name: string, args = {}) => {
    const { answer } = await send('tools/call', { name, arguments: args, task: {} })
    return answer.result.task.taskId as string
  }
  const unasked = await send('tasks/result', { taskId: await taskOf('render', { page: 1 }) })
  assert.deepEqual(unasked.answer.result.structuredContent, { pages: 0 })
  const taskId = await taskOf('endless')
  const waiting = await post('tasks/result', { taskId })
  const [said, more] = waiting.body?.tee() ?? []
  await said?.getReader().read()
  await send('tasks/cancel', { taskId })
  const { events, answer } = await read(new Response(more))
  assert.equal(events[0].method, 'notifications/tasks/status')
  assert.equal(events[0].params.status, 'working')
  assert.match(answer.error.message, /cancelled/)
})

test('[LEG-32] revisions before 2025-11-25 see nothing of it', async () => {
  await using place = await openRaw()
  for (const protocolVersion of ['2024-11-05', '2025-03-26', '2025-06-18']) {
    const own: Record<string, string> = { 'mcp-protocol-version': protocolVersion }
    const send = async (method: string, params: Record<string, unknown>) => {
      const response = await place.post(own, method, params)
      own['mcp-session-id'] ??= response.headers.get('mcp-session-id') ?? ''
      return (await response.json()) as {
        result: Record<string, unknown>
        error?: { code: number }
      }
    }
    const hello = { protocolVersion, capabilities: {}, clientInfo: { name: 'c', version: '1' } }
    const { result } = await send('initialize', hello)
    assert.equal('tasks' in (result['capabilities'] as object), false)
    assert.equal(JSON.stringify(await send('tools/list', {})).includes('taskSupport'), false)
    const called = await send('tools/call', { name: 'plain', task: {} })
    assert.deepEqual(called.result['content'], [{ type: 'text', text: 'plain' }])
    for (const method of ['get', 'result', 'cancel', 'list', 'update']) {
      assert.equal((await send(`tasks/${method}`, { taskId: 'x' })).error?.code, -32601)
    }
  }
})
