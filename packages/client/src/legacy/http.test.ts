import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Call,
  type Connection,
  deferred,
  isInputRequired,
  type Notification,
  type Params,
} from '@lutra/core'
import type { HttpOptions } from '../options.ts'
import { connectLegacyHttp } from './http.ts'
import { connectLegacySse } from './sse.ts'

interface Seen {
  readonly method: string
  readonly header: (name: string) => string | null
  readonly message?: { id?: number; method?: string; params?: Params; result?: unknown }
  readonly url: string
}

type Reply = (seen: Seen, count: number) => Response | undefined | Promise<Response | undefined>

/** A session with a server that answers HTTP as scripted; the rest is what every server does. */
async function withHttp(reply: Reply, options: HttpOptions = {}, connect = connectLegacyHttp) {
  const seen: Seen[] = []
  let sessions = 0
  const fetch = async (input: string | URL | Request, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    const one: Seen = {
      method: init.method ?? 'GET',
      header: (name) => headers.get(name),
      ...(typeof init.body === 'string' && { message: JSON.parse(init.body) }),
      url: String(input),
    }
    seen.push(one)
    const scripted = await reply(one, seen.length)
    if (scripted) return scripted
    if (one.message?.method === 'initialize') {
      sessions += 1
      return json(answer(one, hello), { 'mcp-session-id': `session-${sessions}` })
    }
    if (one.method === 'GET') return new Response(null, { status: 405 })
    if (one.message?.id === undefined || !one.message.method) {
      return new Response(null, { status: 202 })
    }
    return json(answer(one, { tools: [], session: one.header('mcp-session-id') }))
  }
  const connection = await connect('https://example.test/mcp', {
    onWarning() {},
    ...options,
    fetch: fetch as typeof globalThis.fetch,
  })
  return { connection, seen }
}

const hello = {
  protocolVersion: '2025-06-18',
  capabilities: { tools: {} },
  serverInfo: { name: 'old', version: '1' },
}

const answer = (seen: Seen, result: unknown) => ({ jsonrpc: '2.0', id: seen.message?.id, result })
const json = (value: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(value), {
    headers: { 'content-type': 'application/json', ...headers },
  })
const sse = (text: string) =>
  new Response(text, { headers: { 'content-type': 'text/event-stream' } })
const event = (value: unknown, fields = '') => `${fields}data: ${JSON.stringify(value)}\n\n`

function call(method: string, params: Params = {}, changes: Partial<Call> = {}): Call {
  return {
    method,
    params,
    meta: { protocolVersion: '', clientCapabilities: { roots: {} } },
    signal: new AbortController().signal,
    notify: () => {},
    ...changes,
  }
}

const list = (connection: Connection, changes?: Partial<Call>) =>
  connection.handler(call('tools/list', {}, changes))
const is = (seen: Seen, method: string) => seen.message?.method === method

test('LEG-06, LEG-09: the session id and the revision go with everything after the handshake, and the session is deleted', async () => {
  const { connection, seen } = await withHttp(() => undefined, {
    token: () => 'secret',
    headers: { 'x-mine': '1' },
  })
  await list(connection)
  await connection.close()
  const [first, ...rest] = seen
  assert.equal(first?.header('mcp-session-id'), null)
  assert.equal(first?.header('mcp-protocol-version'), null)
  assert.equal(first?.header('accept'), 'application/json, text/event-stream')
  for (const one of rest) {
    assert.equal(one.header('mcp-session-id'), 'session-1')
    assert.equal(one.header('mcp-protocol-version'), '2025-06-18')
  }
  for (const one of seen) {
    assert.equal(one.header('authorization'), 'Bearer secret')
    assert.equal(one.header('x-mine'), '1')
  }
  assert.deepEqual(
    rest.map((one) => one.message?.method ?? one.method),
    ['notifications/initialized', 'GET', 'tools/list', 'DELETE'],
  )
})

test('a server without sessions is asked without one, and deletes none', async () => {
  const { connection, seen } = await withHttp((one) =>
    is(one, 'initialize') ? json(answer(one, hello)) : undefined,
  )
  await list(connection)
  await connection.close()
  assert.ok(seen.every((one) => one.header('mcp-session-id') === null && one.method !== 'DELETE'))
})

test('LEG-06: a lost session is opened again, and the refused call goes through', async () => {
  const { connection, seen } = await withHttp((one) =>
    is(one, 'tools/call') && one.header('mcp-session-id') === 'session-1'
      ? new Response(null, { status: 404 })
      : undefined,
  )
  const calls = [1, 2].map(() => connection.handler(call('tools/call', { name: 'x' })))
  for (const result of await Promise.all(calls)) assert.equal(result['session'], 'session-2')
  assert.equal(seen.filter((one) => is(one, 'initialize')).length, 2)
  assert.equal(seen.filter((one) => is(one, 'notifications/initialized')).length, 2)
  await connection.close()
})

test('a server that loses every session fails the call instead of going on forever', async () => {
  const { connection } = await withHttp((one) =>
    is(one, 'tools/list') ? new Response(null, { status: 404 }) : undefined,
  )
  await assert.rejects(list(connection), { name: 'SessionLostError' })
  await connection.close()
})

test('[LEG-08, LEG-30] a stream that closes before its answer is taken up again after the wait it asked for', async () => {
  const notes: Notification[] = []
  const { connection, seen } = await withHttp((one) => {
    if (is(one, 'tools/call')) return sse('id: s-1\nretry: 30\ndata: \n\n')
    if (one.header('last-event-id') === 's-1') {
      return sse(event(progress(1), 'id: s-2\n'))
    }
    if (one.header('last-event-id') === 's-2') {
      const asked = seen.find((other) => is(other, 'tools/call'))
      return sse(event(asked && answer(asked, { content: [] })))
    }
    return undefined
  })
  function progress(n: number) {
    const asked = seen.find((one) => is(one, 'tools/call'))
    const params = { progressToken: asked?.message?.id, progress: n }
    return { jsonrpc: '2.0', method: 'notifications/progress', params }
  }
  const meta = { protocolVersion: '', clientCapabilities: {}, progressToken: 'mine' }
  const started = performance.now()
  const result = await connection.handler(
    call('tools/call', { name: 'x' }, { meta, notify: (one) => notes.push(one) }),
  )
  assert.deepEqual(result['content'], [])
  assert.ok(performance.now() - started >= 50, 'it waited twice as asked')
  assert.deepEqual(
    notes.map(({ params }) => params),
    [{ progressToken: 'mine', progress: 1 }],
  )
  await connection.close()
})

test('a stream that breaks without ids is lost, and says so', async () => {
  const { connection } = await withHttp((one) =>
    is(one, 'tools/list') ? sse(': hi\n\n') : undefined,
  )
  await assert.rejects(list(connection), { name: 'ConnectionError' })
  await connection.close()
})

test('a server that will not go on with a stream fails the call', async () => {
  const { connection } = await withHttp((one) =>
    is(one, 'tools/call') ? sse('id: s-1\nretry: 1\ndata: \n\n') : undefined,
  )
  await assert.rejects(connection.handler(call('tools/call', { name: 'x' })), /go on with it/)
  await connection.close()
})

test('a question on the stream of a call belongs to that call', async () => {
  const replied = deferred<unknown>()
  const { connection, seen } = await withHttp(async (one) => {
    if (one.message && 'result' in one.message) {
      replied.resolve(one.message.result)
      return undefined
    }
    if (!is(one, 'tools/call') || one.message?.params?.['name'] !== 'asks') return undefined
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    const writer = writable.getWriter()
    const write = (value: unknown) => writer.write(new TextEncoder().encode(event(value)))
    void write({ jsonrpc: '2.0', id: 'q', method: 'roots/list' })
    void replied.promise.then(async (content) => {
      await write(answer(one, { content: [content] }))
      await writer.close()
    })
    return new Response(readable, { headers: { 'content-type': 'text/event-stream' } })
  })
  const [first, other] = await Promise.all([
    connection.handler(call('tools/call', { name: 'asks' })),
    connection.handler(call('tools/call', { name: 'quiet' })),
  ])
  assert.equal(other.resultType, 'complete')
  assert.ok(isInputRequired(first))
  const [key = ''] = Object.keys(first.inputRequests ?? {})
  const last = await connection.handler(
    call('tools/call', {
      name: 'asks',
      requestState: first.requestState,
      inputResponses: { [key]: { roots: [] } },
    }),
  )
  assert.deepEqual(last['content'], [{ roots: [] }])
  assert.ok(seen.some((one) => one.message && 'result' in one.message))
  await connection.close()
})

test('[LEG-23] a batch is taken apart', async () => {
  const { connection } = await withHttp((one) =>
    is(one, 'tools/list')
      ? json([{ jsonrpc: '2.0', method: 'notifications/x' }, answer(one, { tools: [1] })])
      : undefined,
  )
  assert.deepEqual((await list(connection))['tools'], [1])
  await connection.close()
})

test('LEG-07: an aborted call is cancelled by a message of its own before its stream is closed', async () => {
  const cancel = new AbortController()
  const { connection, seen } = await withHttp((one) => {
    if (!is(one, 'tools/call')) return undefined
    queueMicrotask(() => cancel.abort(new Error('enough')))
    return new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } })
  })
  const running = connection.handler(call('tools/call', { name: 'x' }, { signal: cancel.signal }))
  await assert.rejects(running, /enough/)
  const asked = seen.find((one) => is(one, 'tools/call'))
  const cancelled = seen.find((one) => is(one, 'notifications/cancelled'))
  assert.equal(cancelled?.message?.params?.['requestId'], asked?.message?.id)
  await connection.close()
})

test('what the server says unasked comes by the standing stream, which is reopened', async () => {
  let opened = 0
  const { connection, seen } = await withHttp((one) => {
    if (is(one, 'initialize')) {
      return json(answer(one, { ...hello, capabilities: { tools: { listChanged: true } } }))
    }
    if (one.method !== 'GET') return undefined
    opened += 1
    const changed = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' }
    return sse(event(changed, `id: g-${opened}\nretry: 5\n`))
  })
  const cancel = new AbortController()
  const notes: Notification[] = []
  const enough = deferred<void>()
  const listening = connection.handler(
    call(
      'subscriptions/listen',
      { notifications: { toolsListChanged: true } },
      {
        signal: cancel.signal,
        notify(notification) {
          if (notes.push(notification) === 3) enough.resolve()
        },
      },
    ),
  )
  await enough.promise
  cancel.abort(new Error('done'))
  await assert.rejects(listening, /done/)
  await connection.close()
  assert.equal(notes[0]?.method, 'notifications/subscriptions/acknowledged')
  assert.equal(seen.filter((one) => one.method === 'GET')[1]?.header('last-event-id'), 'g-1')
})

test('LEG-06: a session that turns out to be lost while nothing is asked is opened anew', async () => {
  const renewed = deferred<void>()
  let sessions = 0
  const { connection } = await withHttp((one) => {
    if (is(one, 'initialize')) {
      sessions += 1
      if (sessions === 2) renewed.resolve()
    }
    if (one.method !== 'GET' || one.header('mcp-session-id') !== 'session-1') return undefined
    const known = one.header('last-event-id') === null
    return known ? sse('id: g\nretry: 1\ndata: \n\n') : new Response(null, { status: 404 })
  })
  await renewed.promise
  assert.equal((await list(connection))['session'], 'session-2')
  await connection.close()
})

test('an error of the protocol in a refusal is read, and who may not come in sees the challenge', async () => {
  const refuse = (status: number, headers: Record<string, string> = {}) =>
    withHttp((one) =>
      is(one, 'initialize')
        ? new Response(
            JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32000, message: 'No' } }),
            { status, headers },
          )
        : undefined,
    )
  await assert.rejects(refuse(400), { name: 'RpcError', code: -32000, message: 'No' })
  await assert.rejects(refuse(401, { 'www-authenticate': 'Bearer' }), {
    name: 'HttpError',
    status: 401,
    wwwAuthenticate: 'Bearer',
  })
})

test('a response without end is cut off at the limit', async () => {
  const { connection } = await withHttp(
    (one) => (is(one, 'tools/list') ? json('x'.repeat(2000)) : undefined),
    { maxResponseBytes: 1000 },
  )
  await assert.rejects(list(connection), /longer than 1000 bytes/)
  await connection.close()
})

function sseServer(endpoint: string): Reply {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const write = (text: string) => void writer.write(new TextEncoder().encode(text)).catch(() => {})
  return (one) => {
    if (one.method === 'GET') {
      write(`event: endpoint\ndata: ${endpoint}\n\n`)
      return new Response(readable, { headers: { 'content-type': 'text/event-stream' } })
    }
    if (one.message?.method && one.message.id !== undefined) {
      const version = { ...hello, protocolVersion: '2024-11-05' }
      write(event(answer(one, is(one, 'initialize') ? version : { tools: [], url: one.url })))
    }
    return new Response('Accepted', { status: 202 })
  }
}

test('LEG-10: messages of HTTP+SSE are posted to the endpoint, answers come by the stream', async () => {
  const { connection } = await withHttp(sseServer('/messages?id=1'), {}, connectLegacySse)
  assert.equal(connection.protocolVersion, '2024-11-05')
  assert.equal((await list(connection))['url'], 'https://example.test/messages?id=1')
  await connection.close()
  assert.equal(await connection.closed, undefined)
})

test('LEG-10: an endpoint of another origin is refused', async () => {
  for (const endpoint of ['https://evil.test/messages', '//evil.test/', 'http://example.test/']) {
    await assert.rejects(withHttp(sseServer(endpoint), {}, connectLegacySse), /is not of/)
  }
})

test('LEG-10: a stream that names no endpoint is refused, in time', async () => {
  const silent = () => withHttp(() => sse(event({ a: 1 })), {}, connectLegacySse)
  await assert.rejects(silent(), /named no endpoint/)
  const hanging = () =>
    withHttp(
      () =>
        new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } }),
      { timeoutMs: 20 },
      connectLegacySse,
    )
  await assert.rejects(hanging(), { name: 'TimeoutError' })
})
