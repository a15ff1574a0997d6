import assert from 'node:assert/strict'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type Call, type Handler, principalOf } from '@lutra/core'
import { ScopeError } from '@lutra/core/access'
import { type BearerOptions, bearer } from '@lutra/server/auth'
import { type HttpOptions, serveHttp } from '@lutra/server/serve-http'
import { serveNode } from '@lutra/server/serve-node'
import express from 'express'
import { Hono } from 'hono'
import { resource } from '../auth/fixture.test.ts'
import { prepare, toWire } from './fixture.test.ts'

const metadataUrl = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp'
const wellKnown = '/.well-known/oauth-protected-resource'

/** Ann may read, Bob may write too; everything else is nobody's. */
const people: BearerOptions['verify'] = async (token) => {
  if (token.startsWith('ann')) return { subject: 'ann', clientId: 'app', scopes: ['mcp', 'read'] }
  return token === 'bob' ? { subject: 'bob', scopes: ['mcp', 'read', 'write'] } : undefined
}

const protection = (more: Partial<BearerOptions> = {}) =>
  bearer({
    resource,
    verify: people,
    metadata: { authorization_servers: ['https://auth.example.com'] },
    ...more,
  })

/** Says who calls; needs a scope for one tool, also in the middle of a stream. */
function createTarget() {
  const calls: Call[] = []
  const handler: Handler = async (call) => {
    calls.push(call)
    if (call.method === 'server/discover') {
      return { resultType: 'complete', capabilities: { tools: {} }, serverInfo: info } as never
    }
    const { name } = call.params as { name?: string }
    if (name === 'late') {
      call.notify({ method: 'notifications/message', params: { level: 'info', data: 'x' } })
    }
    if (name === 'write' || name === 'late') {
      throw new ScopeError('This tool "writes"\r\nand more', ['read', 'write'])
    }
    return { resultType: 'complete', who: principalOf(call.auth) }
  }
  return { handler, calls }
}

const info = { name: 'target', version: '1' }

interface Door {
  readonly name: string
  fetch(path: string, init?: RequestInit): Promise<Response>
  readonly calls: Call[]
}

/** The same server behind both doors. */
async function doors(t: TestContext, options: HttpOptions): Promise<readonly Door[]> {
  const [one, two] = [createTarget(), createTarget()]
  const listening = await serveNode(one.handler, options).listen()
  t.after(() => listening.close())
  const web = serveHttp(two.handler, options)
  const at = (path: string) => `http://127.0.0.1:${listening.port}${path}`
  return [
    { name: 'node', calls: one.calls, fetch: (path, init) => fetch(at(path), init) },
    {
      name: 'web',
      calls: two.calls,
      fetch: (path, init) => web(new Request(`http://localhost${path}`, init)),
    },
  ]
}

const as = (token: string) => ({ authorization: `Bearer ${token}` })

function post(name: string, headers: Record<string, string> = {}): RequestInit {
  const asked = prepare('tools/call', { name, arguments: {} })
  return { method: 'POST', headers: { ...asked.headers, ...headers }, body: asked.body }
}

test('[AUTH-03] every method and era is let in by its token, and by nothing else', async (t) => {
  for (const { name, fetch, calls } of await doors(t, { auth: protection() })) {
    for (const method of ['POST', 'GET', 'DELETE', 'PUT', 'OPTIONS', 'HEAD']) {
      for (const path of ['/mcp', '/sse']) {
        const init = method === 'POST' ? { ...post('who') } : { method }
        const reply = await fetch(path, init)
        assert.equal(reply.status, 401, `${name} ${method} ${path}`)
        assert.match(reply.headers.get('www-authenticate') ?? '', /resource_metadata="https:/)
        await reply.text()
      }
    }
    const legacy = { jsonrpc: '2.0', id: 1, method: 'ping' }
    const headers = { 'content-type': 'application/json' }
    const ping = await fetch('/mcp', { method: 'POST', headers, body: JSON.stringify(legacy) })
    assert.equal(ping.status, 401)
    assert.equal(calls.length, 0)
    const good = await fetch('/mcp', post('who', as('ann')))
    assert.equal(good.status, 200, name)
    const body = (await good.json()) as { result: { who: string } }
    assert.equal(body.result.who, JSON.stringify(['ann', 'app', null]))
  }
})

test('[AUTH-01, AUTH-02, AUTH-10] the metadata is at both places, for any page and any host', async (t) => {
  const auth = protection({ scopes: ['mcp', 'offline_access'] })
  for (const { fetch } of await doors(t, { auth, allowedOrigins: [] })) {
    for (const path of [`${wellKnown}/mcp`, wellKnown, `${wellKnown}/`, `${wellKnown}/mcp?x=1`]) {
      const headers = { origin: 'https://page.example.com' }
      const reply = await fetch(path, { headers })
      assert.equal(reply.status, 200)
      assert.equal(reply.headers.get('access-control-allow-origin'), '*')
      assert.match(reply.headers.get('cache-control') ?? '', /max-age=\d+/)
      assert.deepEqual(await reply.json(), {
        resource,
        authorization_servers: ['https://auth.example.com'],
        scopes_supported: ['mcp'],
        bearer_methods_supported: ['header'],
      })
      assert.equal((await fetch(path, { method: 'HEAD' })).status, 200)
      const preflight = await fetch(path, { method: 'OPTIONS', headers })
      assert.equal(preflight.status, 204)
      assert.equal(preflight.headers.get('access-control-allow-origin'), '*')
      assert.equal((await fetch(path, { method: 'POST', body: '{}' })).status, 405)
    }
    for (const path of [`${wellKnown}/other`, `${wellKnown}x`, '/.well-known/x']) {
      assert.equal((await fetch(path)).status, 404, path)
    }
  }
})

test('pages of other origins may send tokens and proofs, and read why they were refused', async (t) => {
  for (const { fetch } of await doors(t, { auth: protection(), cors: true })) {
    const origin = 'https://page.example.com'
    const preflight = await fetch('/mcp', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    })
    assert.equal(preflight.status, 204)
    const allowed = preflight.headers.get('access-control-allow-headers') ?? ''
    assert.match(allowed, /authorization, dpop/)
    const reply = await fetch('/mcp', post('who', { origin }))
    assert.equal(reply.status, 401)
    assert.equal(reply.headers.get('access-control-allow-origin'), '*')
    assert.match(reply.headers.get('access-control-expose-headers') ?? '', /www-authenticate/)
    await reply.text()
    const lacking = await fetch('/mcp', post('write', { origin, ...as('ann') }))
    assert.equal(lacking.status, 403)
    assert.match(lacking.headers.get('access-control-expose-headers') ?? '', /www-authenticate/)
    await lacking.text()
  }
})

test('[AUTH-04] what is malformed is 400, and a token in the URL is never taken', async (t) => {
  for (const { name, fetch, calls } of await doors(t, { auth: protection() })) {
    const bad: [string, string][] = [
      ['/mcp', 'Bearer'],
      ['/mcp', 'Bearer '],
      ['/mcp', 'Bearer ann bob'],
      ['/mcp', 'Bearer ann, Bearer bob'],
      ['/mcp', 'Bearer "ann"'],
      ['/mcp', `Bearer ${'a'.repeat(16_000)}=x`],
      ['/mcp?access_token=ann', 'Bearer ann'],
      ['/mcp?x=1&access_token=ann', 'Basic eDp5'],
    ]
    for (const [path, authorization] of bad) {
      const reply = await fetch(path, post('who', { authorization }))
      const about = `${name} ${path} ${authorization.slice(0, 40)}`
      assert.equal(reply.status, 400, about)
      const challenge = reply.headers.get('www-authenticate') ?? ''
      assert.match(challenge, /^Bearer error="invalid_request"/, about)
      assert.doesNotMatch(challenge + (await reply.text()), /ann|bob/, about)
    }
    const alone = await fetch('/mcp?access_token=ann', post('who'))
    assert.equal(alone.status, 400)
    assert.equal(calls.length, 0)
  }
})

test('two Authorization headers are refused, whatever a proxy in front made of them', async (t) => {
  const { handler, calls } = createTarget()
  const listening = await serveNode(handler, { auth: protection() }).listen()
  t.after(() => listening.close())
  const two = toWire(prepare('tools/call', { name: 'who' }), {
    authorization: 'Bearer bob\r\nAuthorization: Bearer ann',
    connection: 'close',
  })
  const got = await new Promise<string>((resolve) => {
    let text = ''
    const socket = connect(listening.port, '127.0.0.1', () => socket.write(two))
    socket.on('data', (part) => {
      text += part
    })
    socket.on('close', () => resolve(text))
  })
  assert.match(got, /^HTTP\/1.1 400 .*Expected one Authorization header/s)
  assert.equal(calls.length, 0)
})

test('a caller is known before the body is read, and an endless body is not waited for', async (t) => {
  const [node, web] = await doors(t, { auth: protection() })
  assert.ok(node && web)
  let pulled = 0
  const body = new ReadableStream({
    async pull(stream) {
      pulled += 1
      await new Promise((resolve) => setTimeout(resolve, 5))
      stream.enqueue(new Uint8Array(10))
    },
  })
  const init = { ...post('who'), body, duplex: 'half' } as RequestInit
  const reply = await web.fetch('/mcp', init)
  assert.equal(reply.status, 401)
  assert.ok(pulled <= 1)
  const big = { ...post('who'), body: 'x'.repeat(5_000_000) }
  assert.equal((await node.fetch('/mcp', big)).status, 401)
})

test('[AUTH-08] a call without its scopes is 403 and names all of them, also to legacy clients', async (t) => {
  const auth = protection({ scopes: ['mcp'] })
  const expected =
    'Bearer error="insufficient_scope", ' +
    `error_description="This tool 'writes' and more", scope="mcp read write", resource_metadata="${metadataUrl}"`
  for (const { name, fetch } of await doors(t, { auth })) {
    const reply = await fetch('/mcp', post('write', as('ann')))
    assert.equal(reply.status, 403, name)
    assert.equal(reply.headers.get('www-authenticate'), expected)
    const body = (await reply.json()) as { id: number; error: { data: unknown } }
    assert.deepEqual([body.id, body.error.data], [1, { scopes: ['read', 'write'] }])

    const legacy = legacyPost('tools/call', { name: 'write' }, as('ann'))
    const old = await fetch('/mcp', legacy)
    assert.equal(old.status, 403, name)
    assert.equal(old.headers.get('www-authenticate'), expected)
    assert.equal(((await old.json()) as { id: number }).id, 7)
  }
})

test('a stream that has begun, and a batch, say it in the response', async (t) => {
  for (const { fetch } of await doors(t, { auth: protection() })) {
    const late = await fetch('/mcp', post('late', as('ann')))
    assert.equal(late.status, 200)
    assert.match(await late.text(), /"code":-32600.*"scopes":\["read","write"\]/)
    const old = await fetch('/mcp', legacyPost('tools/call', { name: 'late' }, as('ann')))
    assert.equal(old.status, 200)
    assert.match(await old.text(), /"scopes":\["read","write"\]/)
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'write' } }
    const batch = await fetch('/mcp', {
      method: 'POST',
      headers: {
        ...legacyHeaders,
        ...as('ann'),
        'mcp-protocol-version': '2025-03-26',
      },
      body: JSON.stringify([call, { ...call, id: 2, params: { name: 'who' } }]),
    })
    assert.equal(batch.status, 200)
    const responses = (await batch.json()) as { error?: unknown }[]
    assert.deepEqual(
      responses.map(({ error }) => error !== undefined),
      [true, false],
    )
  }
})

test('a session belongs to who began it: another token of the same caller goes on, others do not', async (t) => {
  for (const { name, fetch } of await doors(t, { auth: protection() })) {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'c', version: '1' },
    }
    const begun = await fetch('/mcp', legacyPost('initialize', params, as('ann')))
    assert.equal(begun.status, 200, await begun.text())
    const id = begun.headers.get('mcp-session-id') ?? ''
    const ask = (token: string, method = 'POST') => {
      const more = { ...as(token), 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' }
      const init = legacyPost('tools/call', { name: 'who' }, more)
      return fetch('/mcp', method === 'POST' ? init : { method, headers: more })
    }
    assert.equal((await ask('ann')).status, 200, name)
    assert.equal((await ask('ann-after-refresh')).status, 200, name)
    assert.equal((await ask('bob')).status, 404, name)
    assert.equal((await ask('bob', 'DELETE')).status, 404, name)
    assert.equal((await ask('mallory')).status, 401, name)
    assert.equal((await ask('ann')).status, 200, name)
  }
})

test('who was authenticated by a framework stays so where the door itself does not ask', async () => {
  const { handler } = createTarget()
  const auth = { subject: 'eve', scopes: [], claims: {} }
  const request = () => new Request('http://localhost/mcp', post('who') as RequestInit)
  const open = await serveHttp(handler)(request(), { auth })
  assert.match(await open.text(), /eve/)
  const closed = await serveHttp(handler, { auth: protection() })(request(), { auth })
  assert.equal(closed.status, 401)
  const own = post('write') as RequestInit
  const lacking = await serveHttp(handler)(new Request('http://localhost/mcp', own), { auth })
  assert.equal(lacking.status, 403)
  assert.equal(lacking.headers.get('www-authenticate'), null)
})

test('a mistake within an authenticator lets nobody in and hangs nobody', async (t) => {
  const fail = () => {
    throw new Error('secret')
  }
  const usual = protection()
  for (const authenticate of [fail, async () => fail()]) {
    for (const { fetch, calls } of await doors(t, { auth: { ...usual, authenticate } })) {
      const reply = await fetch('/mcp', post('who', as('ann')))
      assert.equal(reply.status, 500)
      assert.doesNotMatch(await reply.text(), /secret/)
      assert.equal(calls.length, 0)
    }
  }
})

test('frameworks route the metadata to the same listener', async (t) => {
  const { handler } = createTarget()
  const auth = protection()
  const app = express()
  const { listener } = serveNode(handler, { auth })
  app.all(['/mcp', ...auth.metadataPaths], listener)
  const http = createHttp(app).listen(0, '127.0.0.1')
  t.after(() => http.close())
  await new Promise((resolve) => http.once('listening', resolve))
  const { port } = http.address() as AddressInfo
  const hono = new Hono()
  const handle = serveHttp(handler, { auth })
  hono.all('/mcp', (c) => handle(c.req.raw))
  for (const path of auth.metadataPaths) hono.all(path, (c) => handle(c.req.raw))
  const fetches = [
    (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init),
    (path: string, init?: RequestInit) => hono.request(`http://localhost${path}`, init),
  ]
  for (const ask of fetches) {
    const found = await ask(`${wellKnown}/mcp`)
    assert.deepEqual(await found.json(), auth.metadata)
    assert.equal((await ask('/mcp', post('who'))).status, 401)
    assert.equal((await ask('/mcp', post('who', as('ann')))).status, 200)
  }
})

const legacyHeaders = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
}

function legacyPost(
  method: string,
  params: Record<string, unknown>,
  headers: Record<string, string>,
): RequestInit {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method, params })
  return { method: 'POST', headers: { ...legacyHeaders, ...headers }, body }
}
