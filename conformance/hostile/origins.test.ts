/** Who may come in: names that were rebound, pages of elsewhere, and heads that two readers could read in two ways. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startVictim } from './start-victim.ts'
import { hello, legacy, modern, open, send, toBytes, type WireRequest } from './wire.ts'

const call = modern('tools/call', { name: 'echo', arguments: { text: 'let in' } })

/** The call with other lines at its head in place of `Host`. */
function headed(lines: readonly string[], request: WireRequest = call): WireRequest {
  const rest = (request.headers ?? []).filter((line) => !/^host:/i.test(line))
  return { ...request, headers: [...lines, ...rest] }
}

const evilHosts = [
  'evil.example',
  'evil.example:80',
  'localhost.evil.example',
  'evil.example#localhost',
  'localhost@evil.example',
  'evil.example@localhost',
  'localhost.',
  'localhost:port',
  'localhost:80:80',
  'localhost:123456',
  '127.0.0.1.',
  '127.0.0.1.evil.example',
  '127.1',
  '2130706433',
  '0x7f.1',
  '0177.0.0.1',
  '0.0.0.0',
  '[::]',
  '[::1%25lo]',
  '[::1',
  '::1',
  '[::ffff:127.0.0.1]',
  '[::1].evil.example',
  'localhost, evil.example',
  'evil.example, localhost',
  'localhost evil.example',
  'lоcalhost',
  'localhost\u00a0',
  '"localhost"',
  '169.254.169.254',
  '*',
]

test('on loopback no other name is answered, however it is spelt', async () => {
  await using victim = await startVictim()
  for (const host of [
    'localhost',
    'LOCALHOST',
    'localhost:1',
    '127.0.0.1',
    '127.9.9.9:65535',
    '[::1]:80',
  ]) {
    assert.equal((await send(victim.port, headed([`Host: ${host}`]))).status, 200, host)
  }
  for (const host of [...evilHosts, '']) {
    const { status, body } = await send(victim.port, headed([`Host: ${host}`]))
    assert.ok(status === 403 || status === 400, `${host}: ${status}`)
    assert.ok(!body.includes('let in'))
  }
  // Every method, path and era is behind the same guard.
  const others: WireRequest[] = [
    { method: 'GET', headers: ['Accept: text/event-stream'] },
    { method: 'GET', target: '/sse', headers: ['Accept: text/event-stream'] },
    { method: 'DELETE', headers: ['Mcp-Session-Id: x'] },
    { method: 'OPTIONS', headers: ['Access-Control-Request-Method: POST'] },
    legacy('initialize', hello),
  ]
  for (const request of others) {
    const { status } = await send(victim.port, headed(['Host: evil.example'], request))
    assert.equal(status, 403, JSON.stringify(request))
  }
})

test('a request that names two hosts, none, or one in its target too is refused', async () => {
  await using victim = await startVictim()
  const heads = [
    ['Host: localhost', 'Host: evil.example'],
    ['Host: evil.example', 'Host: localhost'],
    ['Host: localhost', 'HOST: localhost'],
    ['Host: localhost', 'Host: localhost'],
    [],
    ['Host : localhost'],
    [' Host: localhost'],
    ['Host: evil.example', '\tlocalhost'],
  ]
  for (const head of heads) {
    const { status } = await send(victim.port, headed(head))
    assert.ok(status === 400 || status === 403, `${head}: ${status}`)
  }
  for (const target of [
    'http://evil.example/mcp',
    'http://localhost/mcp',
    '//localhost/mcp',
    '*',
  ]) {
    const { status } = await send(victim.port, { ...headed(['Host: localhost']), target })
    assert.ok(status === 404 || status === 400, `${target}: ${status}`)
  }
  const connect = toBytes({
    method: 'CONNECT',
    target: 'evil.example:443',
    headers: ['Host: localhost'],
  })
  const socket = await open(victim.port)
  socket.resume().write(connect)
  await new Promise((resolve) => socket.once('close', resolve))
})

const evilOrigins = [
  'null',
  'https://evil.example',
  'http://evil.example:80',
  'http://localhost.evil.example',
  'http://localhost@evil.example',
  'http://user:pass@localhost',
  'http://localhost.',
  'http://localhost/',
  'http://localhost/path',
  'http://localhost#',
  'http://localhost?',
  'http://localhost\\@evil.example',
  'http://evil.example\\localhost',
  'http://[::1%25lo]',
  'http://[::1].evil.example',
  'http://127.1',
  'http://2130706433',
  'http://0.0.0.0',
  'file://',
  'file://localhost',
  'chrome-extension://abc',
  'data:text/html,x',
  'javascript:alert(1)//localhost',
  'ws://localhost',
  'http:/localhost',
  'localhost',
  'http://localhost http://evil.example',
  'http://localhost, http://evil.example',
  '',
  ' ',
]

test('no page of elsewhere may call, and a refusal lets no page read it', async () => {
  await using victim = await startVictim()
  for (const origin of [
    'http://localhost:3000',
    'https://LOCALHOST',
    'http://127.0.0.1:5173',
    'http://[::1]:1',
  ]) {
    const { status } = await send(victim.port, headed(['Host: localhost', `Origin: ${origin}`]))
    assert.equal(status, 200, origin)
  }
  for (const origin of evilOrigins) {
    const { status, headers } = await send(
      victim.port,
      headed(['Host: localhost', `Origin: ${origin}`]),
    )
    assert.equal(status, 403, origin)
    assert.equal(headers.get('access-control-allow-origin'), undefined)
  }
  const both = ['Host: localhost', 'Origin: http://localhost', 'Origin: https://evil.example']
  assert.equal((await send(victim.port, headed(both))).status, 403)
})

test('a name that was rebound is not the own origin of a server beyond loopback', async () => {
  await using victim = await startVictim({ http: { allowedHosts: ['mcp.example.com'] } })
  const pages: [host: string, origin: string, status: number][] = [
    ['mcp.example.com', 'https://mcp.example.com', 200],
    ['MCP.example.com:8443', 'https://mcp.example.com:8443', 200],
    ['mcp.example.com', 'https://evil.example', 403],
    ['mcp.example.com', 'https://mcp.example.com.', 403],
    ['mcp.example.com', 'https://x.mcp.example.com', 403],
    ['mcp.example.com.', 'https://mcp.example.com.', 403],
    ['evil.example', 'http://evil.example', 403],
    ['x.mcp.example.com', 'https://x.mcp.example.com', 403],
    ['mcp.example.com', 'null', 403],
  ]
  for (const [host, origin, expected] of pages) {
    const request = headed([`Host: ${host}`, `Origin: ${origin}`])
    assert.equal((await send(victim.port, request)).status, expected, `${host} ${origin}`)
  }
})
