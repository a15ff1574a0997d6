/** A client that follows the tasks of a server which says anything of them: each word ends as it promises, and nothing else does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Client, ConnectionError, HttpError, InvalidResponseError } from '@lutra/client'
import { connect } from '@lutra/client/connect'
import { isObject, RpcError } from '@lutra/core'
import {
  type DetailedTask,
  followTasks,
  resumeTask,
  startTask,
  TaskError,
  tasksId,
} from '@lutra/extensions/tasks'
import fc from 'fast-check'
import { odd, orOdd } from './odd.ts'

const known = [RpcError, ConnectionError, InvalidResponseError, HttpError, TaskError]
const tired = new Error('Waited for long enough')

const or = <T>(sound: fc.Arbitrary<T>) => orOdd(sound, 7)
const form = { type: 'object', properties: { name: { type: 'string' } } }
const question = fc.record({
  method: or(fc.constantFrom('elicitation/create', 'sampling/createMessage', 'roots/list')),
  params: or(
    fc.record({ message: or(fc.constant('Who?')), requestedSchema: or(fc.constant(form)) }),
  ),
})
const names = fc.constantFrom('a', 'b', '__proto__', 'constructor')
const task = fc.record(
  {
    taskId: or(fc.constant('one')),
    status: or(fc.constantFrom('working', 'input_required', 'completed', 'failed', 'cancelled')),
    statusMessage: or(fc.string()),
    createdAt: or(fc.constant('2026-07-28T10:00:00Z')),
    lastUpdatedAt: or(fc.constant('2026-07-28T10:00:00Z')),
    ttlMs: or(fc.constant(1000)),
    ttl: or(fc.constant(1000)),
    pollIntervalMs: or(fc.constantFrom(0, 1)),
    pollInterval: or(fc.constantFrom(0, 1)),
    inputRequests: or(fc.dictionary(names, or(question))),
    result: or(fc.record({ content: or(fc.constant([{ type: 'text', text: 'x' }])) })),
    error: or(fc.record({ code: or(fc.integer()), message: or(fc.string()) })),
    content: or(fc.constant([])),
    structuredContent: odd,
    requestState: odd,
    _meta: odd,
  },
  { requiredKeys: ['taskId', 'status'] },
)
const resultType = or(fc.constantFrom('task', 'complete', 'input_required'))
const taskResult = fc
  .tuple(resultType, task, fc.constantFrom('flat', 'in a field'))
  .map(([resultType, one, how]) => ({
    result: how === 'flat' ? { resultType, ...one } : { resultType, task: one },
  }))
const reply = fc.oneof(
  { weight: 6, arbitrary: taskResult },
  { weight: 1, arbitrary: fc.record({ result: odd }) },
  {
    weight: 1,
    arbitrary: fc.record({
      error: or(
        fc.record({ code: or(fc.constantFrom(-32602, -32603, 429)), message: or(fc.string()) }),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ status: fc.constantFrom(202, 404, 429, 500, 503) }) },
)
const news = fc.record({
  method: fc.constantFrom('notifications/tasks', 'notifications/tasks/status', 'notifications/x'),
  params: or(task),
})
const scene = fc.record({
  era: fc.constantFrom('modern' as const, 'legacy' as const),
  word: fc.constantFrom('call', 'call', 'start', 'watch', 'result', 'status', 'answer', 'cancel'),
  first: fc.oneof(taskResult, reply),
  replies: fc.array(reply, { maxLength: 4 }),
  news: fc.array(news, { maxLength: 3 }),
})
type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never

const words: Readonly<Record<string, (client: Client, signal: AbortSignal) => Promise<unknown>>> = {
  call: (client, signal) => client.callTool('x', {}, { signal, onProgress() {} }),
  async start(client, signal) {
    const handle = await startTask(client, 'x')
    await handle.result({ signal })
  },
  async watch(client, signal) {
    for await (const task of resumeTask(client, 'one').updates({ signal })) assertTyped(task)
  },
  result: (client, signal) => resumeTask(client, 'one', 'x').result({ signal }),
  status: async (client, signal) => assertTyped(await resumeTask(client, 'one').status({ signal })),
  answer: (client, signal) => resumeTask(client, 'one').answer({ a: 1 }, { signal }),
  cancel: (client, signal) => resumeTask(client, 'one').cancel({ signal }),
}

/** What a program, or a person, is shown of a task is what the types say. */
function assertTyped(task: DetailedTask): void {
  const { statusMessage, createdAt, lastUpdatedAt, ttlMs, inputRequests = {}, error } = task
  for (const text of [statusMessage ?? '', createdAt, lastUpdatedAt, error?.message ?? '']) {
    assert.equal(typeof text, 'string')
  }
  assert.ok(ttlMs === null || typeof ttlMs === 'number', String(ttlMs))
  for (const { method, params = {} } of Object.values(inputRequests)) {
    assert.ok(typeof method === 'string' && isObject(params))
  }
}

const done = {
  ...{ resultType: 'complete', taskId: 'one', status: 'completed' },
  ...{ createdAt: 'now', lastUpdatedAt: 'now', ttlMs: null, ttl: null },
  ...{ result: { content: [] }, content: [] },
}

/** A server that greets as it should, and then says what the scene has. */
function serverOf({ first, replies, news }: Scene): typeof fetch {
  const left = [...replies]
  const own: Readonly<Record<string, object>> = {
    'server/discover': {
      ...{ resultType: 'complete', supportedVersions: ['2026-07-28'] },
      capabilities: { tools: {}, extensions: { [tasksId]: {} } },
    },
    initialize: {
      protocolVersion: '2025-11-25',
      capabilities: { tools: {}, tasks: { requests: { tools: { call: {} } } } },
      serverInfo: { name: 'x', version: '1' },
    },
    'tools/list': {
      resultType: 'complete',
      tools: [
        { name: 'x', inputSchema: { type: 'object' }, execution: { taskSupport: 'required' } },
      ],
    },
  }
  return async (_, init) => {
    if (init?.method !== 'POST') return told(news)
    const { id, method, params } = JSON.parse(String(init.body))
    if (id === undefined) return new Response(null, { status: 202 })
    if (method === 'subscriptions/listen') {
      const acknowledged = {
        method: 'notifications/subscriptions/acknowledged',
        params: { notifications: params.notifications },
      }
      return told([acknowledged, ...news], id)
    }
    const found = own[method]
    if (found) return Response.json({ jsonrpc: '2.0', id, result: found })
    const begins = method === 'tools/call' && params.requestState === undefined
    const next = begins ? first : (left.shift() ?? { result: done })
    if ('status' in next) return new Response('<html>', { status: next.status })
    return Response.json({ jsonrpc: '2.0', id, ...next })
  }
}

function told(messages: readonly { method: string; params: unknown }[], id?: unknown): Response {
  const text = messages.map((one) => {
    const params =
      typeof one.params === 'object' && id !== undefined
        ? { ...one.params, _meta: { 'io.modelcontextprotocol/subscriptionId': id } }
        : one.params
    return `data: ${JSON.stringify({ jsonrpc: '2.0', ...one, params })}\n\n`
  })
  return new Response(text.join(''), { headers: { 'content-type': 'text/event-stream' } })
}

async function play(one: Scene): Promise<'well' | 'badly' | 'waited'> {
  const control = new AbortController()
  const options = {
    fetch: serverOf(one),
    era: one.era,
    onWarning() {},
    retries: 0,
    maxRounds: 3,
    answer: { elicit: () => ({ action: 'accept' as const, content: {} }) },
    extensions: [followTasks({ pollIntervalMs: 1 })],
  }
  const client = await connect('https://example.com/mcp', options)
  const timer = setTimeout(() => control.abort(tired), 800)
  try {
    await words[one.word]?.(client, control.signal)
    return 'well'
  } catch (error) {
    if (error === tired) return 'waited'
    const scenery = JSON.stringify(one)
    assert.ok(
      known.some((kind) => error instanceof kind),
      `${scenery}\n${error instanceof Error ? error.stack : error}`,
    )
    return 'badly'
  } finally {
    clearTimeout(timer)
    await client.close()
  }
}

test('whatever a server says of its tasks, each word ends with what it is for or an error that says what', async () => {
  const ends = { well: 0, badly: 0, waited: 0 }
  // At once: those that wait do so together.
  await Promise.all(
    fc.sample(scene, scenes).map(async (one) => {
      ends[await play(one)] += 1
    }),
  )
  // Each is what about a third of all come to.
  assert.ok(ends.well > 0 && ends.badly > 0, JSON.stringify(ends))
})

const scenes = Number(process.env['LUTRA_FUZZ_SCENES'] ?? 150)
