import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { test } from 'node:test'
import type { CallOptions, ClientOptions } from '@lutra/client'
import { connect } from '@lutra/client/connect'
import { followTasks, resumeTask } from '@lutra/extensions/tasks'
import { freePort } from '../../scripts/free-port.ts'
import { eventually } from '../eventually.ts'

type Fault = ((response: ServerResponse) => void) | undefined

const task = { taskId: 'one', createdAt: 'now', lastUpdatedAt: 'now', ttlMs: null }
const done = { status: 'completed', result: { content: [{ type: 'text', text: 'done' }] } }

const none: Fault = undefined
const cut: Fault = (response) => void response.destroy()
const status =
  (code: number, headers = {}): Fault =>
  (response) =>
    void response.writeHead(code, headers).end('<html>')
const error =
  (code: number): Fault =>
  (response) =>
    void response.end(JSON.stringify({ jsonrpc: '2.0', error: { code, message: 'No' } }))

/** A server whose one task works until it was looked at often enough, and that fails as it is told to. */
async function place(faults: Fault[], { looks = 1 } = {}) {
  const seen: string[] = []
  const gets = () => seen.filter((method) => method === 'tasks/get').length
  const server = createServer(async (request, response) => {
    const { id, method } = JSON.parse(await textOf(request)) as { id: number; method: string }
    seen.push(method)
    response.setHeader('content-type', 'application/json')
    const fault = method === 'tasks/get' ? faults.shift() : undefined
    if (fault) return fault(response)
    const result = resultOf(method, gets() >= looks)
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
  })
  // One that nobody else is given while the server is away.
  const port = await freePort()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    seen,
    gets,
    open: (options: ClientOptions = {}) =>
      connect(`http://127.0.0.1:${port}/mcp`, {
        era: 'modern',
        extensions: [followTasks({ pollIntervalMs: 20 })],
        ...options,
      }),
    /** Refuses connections for a while. */
    async away(ms: number) {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      await new Promise((resolve) => setTimeout(resolve, ms))
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function resultOf(method: string, isDone: boolean): object {
  const complete = { resultType: 'complete' }
  if (method === 'server/discover') {
    return { ...complete, supportedVersions: ['2026-07-28'], capabilities: { tools: {} } }
  }
  if (method === 'tools/call') return { ...task, resultType: 'task', status: 'working' }
  if (method !== 'tasks/get') return complete
  return { ...complete, ...task, ...(isDone ? done : { status: 'working', pollIntervalMs: 100 }) }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

const textIn = (result: object) => JSON.stringify(result).includes('done')
const call = (
  client: { callTool(name: string, args?: object, options?: CallOptions): Promise<object> },
  options: CallOptions = {},
) => client.callTool('render', {}, options)

test('a followed task outlives whatever stands between', async () => {
  const soon = { 'retry-after': '0' }
  // Each answer between them begins the pauses anew.
  const faults = [cut, status(502), none, status(429, soon), none, error(-32603), none, cut, cut]
  await using server = await place(faults, { looks: faults.length + 2 })
  await using client = await server.open({ retries: 0 })
  assert.ok(textIn(await call(client)))
  assert.equal(faults.length, 0)
})

test('a server that is away is waited for, by who watches too', async () => {
  await using server = await place([], { looks: 6 })
  await using client = await server.open({ retries: 0 })
  const calling = call(client)
  const seen: string[] = []
  const watching = (async () => {
    for await (const { status } of resumeTask(client, 'one').updates()) seen.push(status)
  })()
  while (server.gets() < 2) await new Promise((resolve) => setTimeout(resolve, 5))
  await server.away(400)
  assert.ok(textIn(await calling))
  await watching
  assert.equal(seen.at(-1), 'completed')
})

test('what is final ends a followed task at once', async () => {
  for (const fault of [error(-32602), error(-32601), status(401), status(403), status(404)]) {
    await using server = await place([fault, fault])
    await using client = await server.open()
    await assert.rejects(call(client))
    assert.equal(server.gets(), 1)
  }
})

test('the limits of a client are not those of a task; those of a call are', async () => {
  await using server = await place([], { looks: 120 })
  await using client = await server.open({ timeoutMs: 1000, maxTimeoutMs: 1200 })
  assert.ok(textIn(await call(client)))
  await using other = await place([], { looks: 10_000 })
  await using limited = await other.open()
  await assert.rejects(call(limited, { maxTimeoutMs: 1000 }), { name: 'TimeoutError' })
  await eventually(() => other.seen.includes('tasks/cancel'), 'its task is cancelled')
  await assert.rejects(call(limited, { signal: AbortSignal.timeout(200) }))
})

test('a call that may not be long without news gives up when the server is away for longer', async () => {
  await using server = await place(Array.from({ length: 50 }, () => cut))
  await using client = await server.open()
  await assert.rejects(call(client, { timeoutMs: 400 }), /ECONN|hang up|longer than 400 ms|closed/)
})

test('a server cannot have its tasks looked at all the time, nor change them for others', async () => {
  const eager = async ({ method }: { method: string }) => ({
    resultType: method === 'tools/call' ? 'task' : 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: {},
    ...task,
    status: ++looks > 5 ? 'completed' : 'working',
    result: {},
    pollIntervalMs: 0,
    taskId,
  })
  let looks = 0
  let taskId = 'one'
  await using client = await connect(eager as never, { extensions: [followTasks()] })
  const began = performance.now()
  await client.callTool('x')
  assert.ok(performance.now() - began > 200)
  taskId = 'two'
  await assert.rejects(resumeTask(client, 'one').status(), { code: 'malformed' })
})
