import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TasksOptions, tasksId } from '@lutra/extensions/tasks'
import { type Tool, tool } from '@lutra/server'
import { bearer } from '@lutra/server/auth'
import { serveNode } from '@lutra/server/serve-node'
import { createCluster } from './rig.ts'

const asks = tool({
  name: 'asks',
  description: 'Asks once',
  scopes: ['read', 'pay'],
  task: true,
  run: async (_, ctx) => {
    const { action } = await ctx.ask('sure', 'Sure?', { type: 'object', properties: {} })
    return `the secret: ${action}`
  },
})

const decides = tool({
  name: 'decides',
  description: 'Needs no task',
  scopes: ['read', 'pay'],
  task: () => false,
  run: () => 'the secret',
})

/** The tokens of one and the same principal. */
const tokens = new Map([
  ['wide', ['mcp', 'read', 'pay']],
  ['narrow', ['mcp', 'read']],
])

type Json = Record<string, unknown>

interface Said {
  readonly status: number
  readonly challenge: string | null
  readonly retryAfter: string | null
  readonly result: Json
  readonly error: Json
}

async function serve(options: TasksOptions = {}) {
  const cluster = createCluster([asks, decides] as unknown as Tool[], { graceMs: 50, ...options })
  const auth = bearer({
    resource: 'https://mcp.example.com/mcp',
    verify: async (token) => {
      const scopes = tokens.get(token)
      return scopes && { subject: 'ann', scopes }
    },
    metadata: { authorization_servers: ['https://auth.example.com'] },
  })
  const { server, tasks } = cluster.start()
  const http = await serveNode(server, { auth }).listen()
  const post = async (token: string, message: Json, headers: Record<string, string> = {}) => {
    const response = await fetch(http.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${token}`,
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
    })
    return { response, text: await response.text() }
  }
  return {
    post,
    tasks,
    async [Symbol.asyncDispose]() {
      await http.close()
      await cluster.close()
    },
  }
}

type Place = Awaited<ReturnType<typeof serve>>

function read({ response, text }: Awaited<ReturnType<Place['post']>>): Said {
  // A stream has its response last.
  const last = text.startsWith('{') ? text : text.split('data: ').at(-1)
  const { result = {}, error = {} } = JSON.parse(String(last))
  const header = (name: string) => response.headers.get(name)
  const [challenge, retryAfter] = [header('www-authenticate'), header('retry-after')]
  return { status: response.status, challenge, retryAfter, result, error }
}

function modern({ post }: Place) {
  const version = '2026-07-28'
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {
      elicitation: { form: {} },
      extensions: { [tasksId]: {} },
    },
  }
  return async (token: string, method: string, params: Json) => {
    const name = params['taskId'] ?? params['name']
    const headers = {
      'mcp-protocol-version': version,
      'mcp-method': method,
      ...(typeof name === 'string' && { 'mcp-name': name }),
    }
    return read(await post(token, { method, params: { ...params, _meta } }, headers))
  }
}

async function earlier({ post }: Place) {
  const hello = {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: { form: {} } },
    clientInfo: { name: 'test', version: '1' },
  }
  const { response } = await post('wide', { method: 'initialize', params: hello })
  const headers = { 'mcp-session-id': String(response.headers.get('mcp-session-id')) }
  return async (token: string, method: string, params: Json) =>
    read(await post(token, { method, params }, headers))
}

function assertRefused({ status, challenge, error }: Said, what: string): void {
  assert.equal(status, 403, what)
  assert.match(String(challenge), /^Bearer .*error="insufficient_scope"/, what)
  assert.match(String(challenge), /scope="(?:mcp )?read pay"/, what)
  assert.equal(error['code'], -32600, what)
  assert.deepEqual((error['data'] as Json)['scopes'], ['read', 'pay'], what)
}

test('[TASK-28, AUTH-08] 2026-07-28: a token without the scopes of a tool is refused its tasks as it is refused the tool', async () => {
  await using place = await serve()
  const send = modern(place)
  assertRefused(await send('narrow', 'tools/call', { name: 'asks', arguments: {} }), 'the call')
  const { result } = await send('wide', 'tools/call', { name: 'asks', arguments: {} })
  const { taskId } = result
  const look = async () => (await send('wide', 'tasks/get', { taskId })).result
  while ((await look())['status'] === 'working') await new Promise((go) => setTimeout(go, 10))
  const inputResponses = { sure: { action: 'accept', content: {} } }
  const listening = { notifications: { taskIds: [taskId] } }
  const tries: [string, Json][] = [
    ['tasks/get', { taskId }],
    ['tasks/update', { taskId, inputResponses }],
    ['tasks/cancel', { taskId }],
    ['subscriptions/listen', listening],
  ]
  for (const [method, params] of tries) assertRefused(await send('narrow', method, params), method)
  assert.equal((await look())['status'], 'input_required', 'nothing has changed')

  await send('wide', 'tasks/update', { taskId, inputResponses })
  while ((await look())['status'] === 'working') await new Promise((go) => setTimeout(go, 10))
  assert.match(JSON.stringify(await look()), /the secret: accept/)
  const refused = await send('narrow', 'tasks/get', { taskId })
  assertRefused(refused, 'the result')
  assert.doesNotMatch(JSON.stringify(refused), /secret/)
})

test('[LEG-45, AUTH-08] 2025-11-25: a token without the scopes of a tool is refused its tasks, and finds them on no list', async () => {
  await using place = await serve()
  const send = await earlier(place)
  const { result } = await send('wide', 'tools/call', { name: 'asks', task: {} })
  const { taskId } = result['task'] as Json
  for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel']) {
    assertRefused(await send('narrow', method, { taskId }), method)
  }
  const made = await send('wide', 'tools/call', { name: 'decides', task: {} })
  const over = { taskId: (made.result['task'] as Json)['taskId'] }
  assertRefused(await send('narrow', 'tasks/result', over), 'a task that was none')
  assert.match(JSON.stringify(await send('wide', 'tasks/result', over)), /the secret/)
  const listed = async (token: string) => (await send(token, 'tasks/list', {})).result['tasks']
  assert.deepEqual(await listed('narrow'), [])
  assert.equal(((await listed('wide')) as Json[])[0]?.['taskId'], taskId)
  const cancelled = await send('wide', 'tasks/cancel', { taskId })
  assert.equal(cancelled.result['status'], 'cancelled')
})

test('a caller with too many open tasks is told over HTTP when to come again, in both eras', async () => {
  await using place = await serve({ open: { principal: 1 } })
  const send = modern(place)
  const call = { name: 'asks', arguments: {} }
  assert.equal((await send('wide', 'tools/call', call)).status, 200)
  const late = await send('wide', 'tools/call', call)
  assert.deepEqual([late.status, late.retryAfter, late.error['code']], [429, '10', 429])
  assert.match(String(late.error['message']), /Await, answer or cancel some/)
  const older = await (await earlier(place))('wide', 'tools/call', { ...call, task: {} })
  assert.deepEqual([older.status, older.error['code']], [200, 429])
  assert.deepEqual(older.error['data'], { retryAfterMs: 10_000, openTasks: 1 })
  assert.match(String(older.error['message']), /Await, answer or cancel some/)
})
