import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCors } from './cors.ts'
import type { PlainReply } from './exchange.ts'
import { createGuard } from './guard.ts'
import type { HttpOptions } from './options.ts'

interface Head {
  readonly host?: string
  readonly origin?: string
  readonly local?: boolean
  readonly url?: string
  readonly method?: string
  readonly headers?: Record<string, string>
}

function statusOf(head: Head, options: HttpOptions = {}): number | undefined {
  return guardOf(head, options)?.status
}

function guardOf(head: Head, options: HttpOptions = {}) {
  const headers: Record<string, string | undefined> = {
    host: head.host ?? 'localhost:3000',
    origin: head.origin,
    ...head.headers,
  }
  return createGuard(
    options,
    createCors(options.cors),
  )({
    method: head.method ?? 'POST',
    url: head.url ?? '/mcp',
    header: (name) => headers[name],
    isLocal: () => head.local === true,
  })
}

test('[HTTP-02] on loopback only loopback names are answered', () => {
  for (const host of [
    'localhost',
    'localhost:3000',
    '127.0.0.1:1',
    '127.9.9.9',
    '[::1]',
    '[::1]:80',
    'LOCALHOST',
  ]) {
    assert.equal(statusOf({ host, local: true }), undefined, host)
  }
  for (const host of [
    'evil.example',
    'evil.example:3000',
    'localhost.evil.example',
    'evil.localhost',
    '127.0.0.1.evil.example',
    '[::1].evil.example',
    'localhost:3000:4',
    'localhost@evil.example',
    'localhost ',
    '',
    '[::1',
  ]) {
    assert.equal(statusOf({ host, local: true }), 403, host)
  }
})

test('elsewhere every name is answered until the names are told', () => {
  assert.equal(statusOf({ host: 'mcp.example.com' }), undefined)
  const options = { allowedHosts: ['MCP.example.com', 'other.example:8443'] }
  for (const host of [
    'mcp.example.com',
    'mcp.example.com:443',
    'other.example:8443',
    'localhost:1',
  ]) {
    assert.equal(statusOf({ host }, options), undefined, host)
  }
  for (const host of ['evil.example', 'other.example', 'other.example:1', 'x.mcp.example.com']) {
    assert.equal(statusOf({ host }, options), 403, host)
  }
  assert.equal(statusOf({ host: 'proxied.example', local: true }, { allowedHosts: '*' }), undefined)
})

test('[HTTP-02, HTTP-03] pages on loopback may call a server on loopback, no others', () => {
  for (const origin of [
    'http://localhost:6274',
    'http://127.0.0.1',
    'https://[::1]:1',
    'HTTP://LOCALHOST',
  ]) {
    assert.equal(statusOf({ origin, local: true }), undefined, origin)
  }
  for (const origin of [
    'null',
    '',
    'http://evil.example',
    'http://localhost.evil.example',
    'http://localhost@evil.example',
    'http://evil.example#localhost',
    'file://localhost',
    'localhost:3000',
    'chrome-extension://abc',
    'http://localhost:3000, http://evil.example',
  ]) {
    assert.equal(statusOf({ origin, local: true }), 403, origin)
  }
})

test('a name that was rebound is not taken for the server itself', () => {
  const rebound = { host: 'evil.example:3000', origin: 'http://evil.example:3000' }
  assert.equal(statusOf({ ...rebound, local: true }), 403)
  assert.equal(statusOf(rebound), 403)
})

test('pages of the own origin may call where the name is known, or an address', () => {
  const own = { host: 'mcp.example.com', origin: 'https://mcp.example.com' }
  assert.equal(statusOf(own), 403)
  assert.equal(statusOf(own, { allowedHosts: ['mcp.example.com'] }), undefined)
  assert.equal(statusOf({ host: '192.168.1.5:3000', origin: 'http://192.168.1.5:3000' }), undefined)
  assert.equal(statusOf({ host: '192.168.1.5:3000', origin: 'http://192.168.1.5:4000' }), 403)
})

test('other origins are allowed by name, or all', () => {
  const origin = 'https://app.example.com'
  const host = 'mcp.example.com'
  for (const options of [
    { allowedOrigins: ['https://App.example.com'] },
    { allowedOrigins: '*' },
    { cors: true },
    { cors: { origins: [origin] } },
  ] satisfies HttpOptions[]) {
    assert.equal(statusOf({ host, origin }, options), undefined)
  }
  assert.equal(
    statusOf({ host, origin: `${origin}.evil.example` }, { allowedOrigins: [origin] }),
    403,
  )
  assert.equal(
    statusOf({ host, origin: 'http://app.example.com' }, { allowedOrigins: [origin] }),
    403,
  )
})

test('allowing every page does not open a server on loopback to rebound names', () => {
  const head = { host: 'evil.example', origin: 'http://evil.example', local: true }
  assert.equal(statusOf(head, { cors: true }), 403)
})

test('a refusal is an error without an id that says what to do', () => {
  const reply = guardOf({ origin: 'http://evil.example' })
  const body = JSON.parse(String(reply?.body))
  assert.ok(!('id' in body))
  assert.match(body.error.message, /evil\.example.*allowedOrigins/)
})

test('other paths are not found', () => {
  for (const url of ['/', '/mcpx', '/mcp/x', '/x/mcp', '/MCP']) assert.equal(statusOf({ url }), 404)
  for (const url of ['/mcp', '/mcp/', '/mcp?a=1', '/mcp/?a'])
    assert.equal(statusOf({ url }), undefined)
  assert.equal(statusOf({ url: '/any/where' }, { path: '*' }), undefined)
  assert.equal(statusOf({ url: '/api/mcp' }, { path: '/api/mcp' }), undefined)
})

test('a preflight names each header, those of parameters as they are asked for', () => {
  const head = {
    method: 'OPTIONS',
    origin: 'https://app.example.com',
    headers: {
      'access-control-request-headers': 'content-type, Mcp-Param-Region, x-evil, mcp-param-a b',
    },
  }
  assert.equal(guardOf(head, { allowedOrigins: '*' }), undefined)
  const reply = guardOf(head, { cors: { origins: ['https://app.example.com'] } })
  assert.equal(reply?.status, 204)
  assert.equal(reply?.headers['access-control-allow-origin'], 'https://app.example.com')
  assert.equal(reply?.headers['access-control-allow-methods'], 'POST')
  const names = reply?.headers['access-control-allow-headers']?.split(', ') ?? []
  for (const name of [
    'authorization',
    'dpop',
    'mcp-protocol-version',
    'mcp-method',
    'mcp-name',
    'mcp-param-region',
  ]) {
    assert.ok(names.includes(name), name)
  }
  assert.ok(!names.some((name) => name.includes('evil') || name.includes(' ') || name === '*'))
  assert.equal(
    guardOf({ ...head, origin: 'https://evil.example' }, { cors: { origins: [] } })?.status,
    403,
  )
})

test('with CORS a reply is readable by the page, and one for a listed origin says that it varies', () => {
  const head = { method: 'POST', url: '/mcp', header: () => 'https://a.example' }
  const reply: PlainReply = { status: 200, headers: { 'content-type': 'application/json' } }
  assert.deepEqual(createCors(true)?.expose(reply, head).headers, {
    'content-type': 'application/json',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'www-authenticate, dpop-nonce',
  })
  const listed = createCors({ origins: ['https://a.example'] })?.expose(reply, head).headers
  assert.equal(listed?.['access-control-allow-origin'], 'https://a.example')
  assert.equal(listed?.['vary'], 'origin')
  assert.equal(createCors(undefined), undefined)
})
