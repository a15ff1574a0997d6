import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore } from '@lutra/core'
import { AuthError } from '../auth/auth-error.ts'
import { wayIn } from '../auth/way-in.ts'
import { connect } from '../connect.ts'
import type { HttpOptions } from '../options.ts'
import type { Departure, WayIn } from './authorizer.ts'

const url = 'https://mcp.example/mcp'

interface Seen {
  readonly verb: string
  readonly url: string
  readonly method: string | undefined
  readonly token: string | null
}

type Answer = (seen: Seen, id: unknown) => Response | undefined

const json = (value: unknown, status = 200) => Response.json(value, { status })
const result = (id: unknown, value: object) =>
  json({
    jsonrpc: '2.0',
    id,
    result: { resultType: 'complete', ttlMs: 0, cacheScope: 'private', ...value },
  })

/** A server of either era that lets in who has the token `good`. */
function createServer(era: 'modern' | 'legacy', extra: Answer = () => undefined) {
  const seen: Seen[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const text = await request.text()
    const message: { id?: unknown; method?: string } = text ? JSON.parse(text) : {}
    const one: Seen = {
      verb: request.method,
      url: request.url,
      method: message.method,
      token: request.headers.get('authorization'),
    }
    seen.push(one)
    const odd = extra(one, message.id)
    if (odd) return odd
    if (one.token !== 'Bearer good') return new Response('', { status: 401 })
    if (one.verb === 'GET') return new Response('', { status: 405 })
    if (message.id === undefined) return new Response(null, { status: 202 })
    if (era === 'legacy' && request.headers.get('mcp-method') === 'server/discover') {
      return json({ jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'no' } }, 404)
    }
    if (message.method === 'initialize') {
      const greeting = {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'x', version: '1' },
      }
      return new Response(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: greeting }), {
        headers: { 'content-type': 'application/json', 'mcp-session-id': 's1' },
      })
    }
    const capabilities = { tools: {} }
    if (message.method === 'server/discover')
      return result(message.id, { supportedVersions: ['2026-07-28'], capabilities })
    return result(message.id, message.method === 'tools/list' ? { tools: [] } : { content: [] })
  }
  return { fetch, seen }
}

/** Gets in when it is refused: after a while, or never. */
function knocking(getIn: (departure: Departure) => Promise<void> = async () => {}) {
  let made = 0
  let token: string | undefined
  const heard: string[] = []
  const way = wayIn(() => {
    made += 1
    return {
      headers: (): Readonly<Record<string, string>> =>
        token === undefined ? {} : { authorization: token },
      arrived({ status }, departure) {
        heard.push(`${departure.operation} ${status}`)
        if (status !== 401 || token !== undefined) return false
        return getIn(departure).then(() => {
          token = 'Bearer good'
          return true
        })
      },
    }
  })
  return { way, heard, made: () => made }
}

const open = (server: { fetch: typeof fetch }, auth: WayIn, options: HttpOptions = {}) =>
  connect(url, {
    fetch: server.fetch,
    auth,
    retries: 0,
    onWarning() {},
    store: createMemoryStore(),
    ...options,
  })

test('[AUTH-43] every request of a modern connection is authorized, and every answer is heard', async () => {
  const server = createServer('modern')
  const { way, heard, made } = knocking()
  await using client = await open(server, way)
  await client.callTool('render')
  assert.equal(made(), 1)
  assert.deepEqual(
    server.seen.map(({ token }) => token),
    [null, 'Bearer good', 'Bearer good'],
  )
  assert.deepEqual(heard, ['server/discover 401', 'server/discover 200', 'tools/call render 200'])
})

test('[AUTH-43] so is every POST, GET and DELETE of a legacy one, and the 401 is no evidence of an era', async () => {
  const server = createServer('legacy')
  const { way, heard, made } = knocking()
  const client = await open(server, way)
  assert.equal(client.connection.era, 'legacy')
  await client.callTool('render')
  await client.close()
  assert.equal(made(), 1)
  const verbs = new Set(server.seen.map(({ verb }) => verb))
  assert.deepEqual([...verbs].sort(), ['DELETE', 'GET', 'POST'])
  assert.equal(server.seen.filter(({ token }) => token === null).length, 1)
  assert.ok(heard.includes('tools/call render 200'))
})

test('a way in that fails ends connecting with its own error, and no other era is tried', async () => {
  const server = createServer('legacy')
  const { way } = knocking(async () => {
    throw new AuthError('cancelled', 'Nobody came back')
  })
  await assert.rejects(
    open(server, way),
    (error: unknown) => error instanceof AuthError && error.code === 'cancelled',
  )
  assert.equal(server.seen.length, 1)
})

for (const era of ['modern', 'legacy'] as const) {
  test(`the time that a person takes is not counted (${era})`, async () => {
    let asked = 0
    const server = createServer(era)
    const { way } = knocking(async () => {
      asked += 1
      await new Promise((resolve) => setTimeout(resolve, 1200))
    })
    await using client = await open(server, way, { timeoutMs: 1000 })
    assert.equal(client.connection.era, era)
    assert.equal(asked, 1)
  })

  test(`neither is that of a call (${era})`, async () => {
    let locked = false
    const server = createServer(era, ({ method }) =>
      locked && method === 'tools/call' ? new Response('', { status: 401 }) : undefined,
    )
    let waits = 0
    const way = wayIn(() => ({
      headers: () => ({ authorization: 'Bearer good' }),
      async arrived({ status }) {
        if (status !== 401) return false
        waits += 1
        await new Promise((resolve) => setTimeout(resolve, 1200))
        locked = false
        return true
      },
    }))
    await using client = await open(server, way)
    locked = true
    const result = await client.callTool('x', {}, { timeoutMs: 1000 })
    assert.equal(result.isError, false)
    assert.equal(waits, 1)
  })
}

test('a signal ends connecting while a person is waited for, and the way in hears of it', async () => {
  const control = new AbortController()
  let over = false
  const { way } = knocking(
    ({ signal }) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          over = true
          reject(signal.reason)
        })
        setTimeout(() => control.abort(new Error('enough')), 50)
      }),
  )
  await assert.rejects(open(createServer('modern'), way, { signal: control.signal }), /enough/)
  assert.ok(over)
})

test('a way in that always wants another try gets a bounded number of them', async () => {
  const server = createServer('modern', () => new Response('', { status: 401 }))
  const way = wayIn(() => ({ headers: () => ({}), arrived: () => true }))
  await assert.rejects(open(server, way))
  assert.ok(server.seen.length <= 8)
})

test('[AUTH-44] a token does not leave for another origin, wherever a redirect leads', async () => {
  const server = createServer('modern', ({ url: to }) =>
    to === url
      ? new Response(null, { status: 307, headers: { location: 'https://evil.example/mcp' } })
      : undefined,
  )
  const way = wayIn(() => ({
    headers: () => ({ authorization: 'Bearer good' }),
    arrived: () => false,
  }))
  await assert.rejects(open(server, way), /another origin/)
  assert.ok(!server.seen.some((one) => one.url.includes('evil')))
})

test('a redirect within the origin keeps the token', async () => {
  const server = createServer('modern', ({ url: to }) =>
    to === url ? new Response(null, { status: 308, headers: { location: '/v2/mcp' } }) : undefined,
  )
  const { way } = knocking()
  await using client = await open(server, way)
  await client.listTools()
  assert.equal(server.seen.at(-1)?.token, 'Bearer good')
})

test('a token and a way in are not given together', async () => {
  const { way } = knocking()
  await assert.rejects(open(createServer('modern'), way, { token: 'x' }), /not both/)
})

test('a target has a way in of its own', async () => {
  const server = createServer('modern')
  const { way } = knocking()
  await using client = await connect(
    { url, auth: way },
    { fetch: server.fetch, store: createMemoryStore() },
  )
  assert.equal(client.connection.era, 'modern')
})

test('without a way in, a 401 says what to give', async () => {
  const server = createServer('modern')
  await assert.rejects(
    connect(url, { fetch: server.fetch, retries: 0, store: createMemoryStore() }),
    /browser\(\)/,
  )
})

test('[AUTH-43] the transport of 2024-11-05 is authorized, too: its stream and what is posted', async () => {
  const tokens: (string | null)[] = []
  let push: (event: string, data: string) => void = () => {}
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const token = request.headers.get('authorization')
    tokens.push(token)
    if (token !== 'Bearer good') return new Response('', { status: 401 })
    if (request.method === 'GET') {
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          const text = new TextEncoder()
          push = (event, data) =>
            controller.enqueue(text.encode(`event: ${event}\ndata: ${data}\n\n`))
          push('endpoint', '/messages')
        },
      })
      return new Response(stream, { headers: { 'content-type': 'text/event-stream' } })
    }
    if (new URL(request.url).pathname !== '/messages') return new Response('', { status: 405 })
    const { id, method } = (await request.json()) as { id?: unknown; method: string }
    const greeting = {
      protocolVersion: '2024-11-05',
      capabilities: { tools: {} },
      serverInfo: { name: 'x', version: '1' },
    }
    const given = method === 'initialize' ? greeting : { tools: [] }
    if (id !== undefined) push('message', JSON.stringify({ jsonrpc: '2.0', id, result: given }))
    return new Response(null, { status: 202 })
  }
  const { way, made } = knocking()
  await using client = await open({ fetch }, way)
  assert.equal(client.connection.protocolVersion, '2024-11-05')
  assert.deepEqual(await client.listTools(), [])
  assert.equal(made(), 1)
  assert.deepEqual(new Set(tokens), new Set([null, 'Bearer good']))
  assert.equal(tokens.filter((token) => token === null).length, 1)
})

test('nobody has to sign in for a session to end', async () => {
  let over = false
  const server = createServer('legacy', () =>
    over ? new Response('', { status: 401 }) : undefined,
  )
  let asked = 0
  const way = wayIn(() => ({
    headers: () => ({ authorization: 'Bearer good' }),
    arrived({ status }) {
      if (status === 401) asked += 1
      return false
    },
  }))
  const client = await open(server, way)
  over = true
  await client.close()
  assert.equal(server.seen.at(-1)?.verb, 'DELETE')
  assert.equal(asked, 0)
})
