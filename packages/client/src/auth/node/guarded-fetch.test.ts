import assert from 'node:assert/strict'
import type { RequestListener, ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { certificate } from '../../../test/node/certificate.ts'
import { startPeer } from '../../../test/node/peer.ts'
import { type GuardOptions, guardedFetch } from './guarded-fetch.ts'

const secure = { secure: true }
const local: GuardOptions = { allowLoopback: true, ca: certificate }
const json: RequestListener = (_request, response) => {
  response.setHeader('content-type', 'application/json').end('{"a":1}')
}

/** Looks names up in a list of answers: the first for the first time, and so on. */
function answering(...answers: readonly (readonly string[])[]) {
  const asked: string[] = []
  const lookup = async (name: string) => {
    asked.push(name)
    return answers[Math.min(asked.length, answers.length) - 1] ?? []
  }
  return { asked, lookup }
}

test('Fetches as fetch does: strings, URLs and requests, forms, headers, methods', async (t) => {
  const bodies: string[] = []
  const peer = await startPeer(t, async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    bodies.push(`${request.headers['content-type']} ${request.headers['content-length']} ${body}`)
    response.setHeader('x-twice', ['a', 'b']).setHeader('content-type', 'application/json')
    response.writeHead(201).end('{"ä":1}')
  })
  const url = `http://127.0.0.1:${peer.port}/token`
  const fetch = guardedFetch({ allowLoopback: true })
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams({ a: 'b c' }) })
  assert.equal(answer.status, 201)
  assert.equal(answer.headers.get('x-twice'), 'a, b')
  assert.deepEqual(await answer.json(), { ä: 1 })
  await fetch(new URL(url), {
    method: 'PUT',
    body: '{}',
    headers: {
      'content-type': 'application/json',
      host: 'evil.example',
      'transfer-encoding': 'chunked',
    },
  })
  await fetch(new Request(url, { method: 'POST', body: 'x', headers: { dpop: 'proof' } }))
  assert.deepEqual(bodies, [
    'application/x-www-form-urlencoded;charset=UTF-8 5 a=b+c',
    'application/json 2 {}',
    'text/plain;charset=UTF-8 1 x',
  ])
  assert.deepEqual(
    peer.asked.map(({ method, host }) => `${method} ${host}`),
    [`POST 127.0.0.1:${peer.port}`, `PUT 127.0.0.1:${peer.port}`, `POST 127.0.0.1:${peer.port}`],
  )
  assert.equal(peer.asked[2]?.headers.get('dpop'), 'proof')
  assert.equal(peer.asked[0]?.headers.get('accept-encoding'), 'identity')
  assert.equal((await fetch(url, { method: 'HEAD' })).body, null)
})

test('[AUTH-50] Connects to the address that was checked, over TLS for the name, and looks it up once', async (t) => {
  const peer = await startPeer(t, json, secure)
  const other = await startPeer(t, json, { secure: true, address: '127.0.0.2', port: peer.port })
  const { asked, lookup } = answering(['127.0.0.1'], ['127.0.0.2'])
  const answer = await guardedFetch({ ...local, lookup })(`https://as.example:${peer.port}/x`)
  assert.deepEqual(await answer.json(), { a: 1 })
  assert.deepEqual(asked, ['as.example'])
  assert.equal(peer.asked[0]?.host, `as.example:${peer.port}`)
  assert.equal(other.asked.length, 0)
})

test('[AUTH-50] A name that was public when it was checked does not get to be private when it is connected to', async (t) => {
  const peer = await startPeer(t, json, secure)
  const { asked, lookup } = answering(['198.51.100.1'], ['127.0.0.1'])
  // An address of documentation stands in for a public one: nothing is sent out of here.
  await assert.rejects(
    guardedFetch({ ca: certificate, lookup })(`https://rebind.example:${peer.port}/`),
    { code: 'unsafe_url' },
  )
  assert.deepEqual(asked, ['rebind.example'])
  const later = answering(['127.0.0.3'], ['127.0.0.1'])
  await assert.rejects(
    guardedFetch({ ...local, lookup: later.lookup })(`https://rebind.example:${peer.port}/`),
    /could not be asked: ECONNREFUSED/,
  )
  assert.deepEqual(later.asked, ['rebind.example'])
  assert.equal(peer.asked.length, 0)
})

for (const answers of [
  ['127.0.0.1'],
  ['8.8.8.8', '127.0.0.1'],
  ['::1'],
  ['10.0.0.1'],
  ['169.254.169.254'],
  ['::ffff:127.0.0.1'],
  ['fe80::1%eth0'],
  ['64:ff9b::7f00:1'],
  ['0.0.0.0'],
  ['fd00::1', '2606:4700::1111'],
]) {
  test(`[AUTH-50] Refuses a name that comes to ${answers.join(' and ')}`, async (t) => {
    const peer = await startPeer(t, json, secure)
    const fetch = guardedFetch({ ca: certificate, lookup: async () => answers })
    await assert.rejects(fetch(`https://as.example:${peer.port}/`), { code: 'unsafe_url' })
    assert.equal(peer.asked.length, 0)
  })
}

test('[AUTH-50] A host that the user named is found in a private network, and nowhere worse', async () => {
  const server = new URL('https://as.example/mcp')
  const at = (address: string) =>
    guardedFetch({ server, lookup: async () => [address], connectTimeoutMs: 300 })(
      'https://as.example:1/',
    )
  for (const address of ['127.0.0.1', '169.254.169.254', '::']) {
    await assert.rejects(at(address), { code: 'unsafe_url' }, address)
  }
  // Nobody may be there: it was tried.
  await assert.rejects(
    at('10.255.255.1'),
    (error: Error) => error instanceof TypeError && /as\.example/.test(error.message),
  )
})

test('[AUTH-50] Says that a name is unknown, and asks no network for names of loopback', async (t) => {
  const failing = async () => Promise.reject(new Error('ENOTFOUND'))
  await assert.rejects(
    guardedFetch({ lookup: failing })('https://as.example/'),
    /as\.example.*could not be looked up/,
  )
  await assert.rejects(
    guardedFetch({ lookup: async () => [] })('https://as.example/'),
    /has no address/,
  )
  const peer = await startPeer(t, json)
  const answer = await guardedFetch({ ...local, lookup: failing })(
    `http://app.localhost:${peer.port}/`,
  )
  assert.equal(answer.status, 200)
})

function redirecting(to: string, status = 302): RequestListener {
  return (_request, response) => void response.writeHead(status, { location: to }).end()
}

const forbidden = [
  'http://127.0.0.1:1/',
  'https://127.0.0.1/',
  'https://169.254.169.254/x',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'http://as.example/',
  'https://a:b@as.example/',
  '//10.0.0.1/',
  'https://[::ffff:10.0.0.1]/',
  'https://sub.localhost/',
  'http://[',
]

for (const location of forbidden) {
  test(`[AUTH-50] Checks each hop: a redirect to ${location}`, async (t) => {
    const peer = await startPeer(t, redirecting(location), secure)
    // The peer is the one that the user named, and may be on loopback by its own address alone.
    const fetch = guardedFetch({ ca: certificate, allowHosts: [`127.0.0.1:${peer.port}`] })
    await assert.rejects(fetch(`https://127.0.0.1:${peer.port}/`), { code: 'unsafe_url' })
    assert.equal(peer.asked.length, 1)
  })
}

test('[AUTH-50] Checks the addresses of each hop, and that it is not the hop too many', async (t) => {
  const addresses = new Map([
    ['as.example', '127.0.0.1'],
    ['other.example', '10.0.0.1'],
  ])
  const lookup = async (name: string) => [addresses.get(name) ?? '']
  const peer = await startPeer(t, redirecting('https://other.example/'), secure)
  await assert.rejects(guardedFetch({ ...local, lookup })(`https://as.example:${peer.port}/`), {
    code: 'unsafe_url',
  })
  const loop = await startPeer(t, redirecting('/again'))
  const url = `http://127.0.0.1:${loop.port}/`
  await assert.rejects(guardedFetch(local)(url), /once too often/)
  assert.equal(loop.asked.length, 4)
  await assert.rejects(guardedFetch({ ...local, maxRedirects: 0 })(url), /once too often/)
  await assert.rejects(guardedFetch(local)(url, { redirect: 'error' }), /not expected/)
  assert.equal(
    (await guardedFetch(local)(url, { redirect: 'manual' })).headers.get('location'),
    '/again',
  )
})

test('[AUTH-46] No secret and no body follows a redirect to another origin', async (t) => {
  const lookup = async () => ['127.0.0.1']
  const other = await startPeer(t, json, secure)
  const peer = await startPeer(t, redirecting(`https://other.example:${other.port}/x`), secure)
  const headers = {
    authorization: 'Bearer secret',
    cookie: 'secret',
    dpop: 'secret',
    'x-own': 'secret',
    accept: 'application/json',
  }
  const url = `https://as.example:${peer.port}/`
  const fetch = guardedFetch({ ...local, lookup })
  await fetch(url, { headers })
  assert.equal(peer.asked[0]?.headers.get('authorization'), 'Bearer secret')
  assert.deepEqual([...(other.asked[0]?.headers.keys() ?? [])].sort(), [
    'accept',
    'accept-encoding',
    'connection',
    'host',
  ])
  for (const status of [301, 302, 303, 307, 308]) {
    const same = await startPeer(t, redirecting('/other', status), secure)
    await assert.rejects(
      fetch(`https://as.example:${same.port}/`, { method: 'POST', body: 'code=secret' }),
      /redirects a POST, which is not followed/,
    )
    assert.equal(same.asked.length, 1)
  }
})

/** Writes chunks as long as anybody listens. */
function pour(response: ServerResponse, chunk: Buffer): void {
  const more = () => {
    while (!response.destroyed && response.write(chunk)) {}
  }
  response.on('drain', more)
  more()
}

test('[AUTH-50] Bounds what is read: by length, without length, packed, and in headers', async (t) => {
  const endings: Record<string, (response: ServerResponse) => void> = {
    '/length': (response) => response.writeHead(200, { 'content-length': 1e9 }).write('x'),
    '/endless': (response) => pour(response, Buffer.alloc(65536)),
    '/packed': (response) =>
      response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(1e7))),
    '/headers': (response) => response.setHeader('x-flood', 'x'.repeat(1e5)).end(),
    '/interim': (response) => {
      for (let count = 0; count < 100; count++) response.writeProcessing()
      response.end()
    },
  }
  const peer = await startPeer(t, ({ url = '' }, response) => endings[url]?.(response))
  const ask = (path: string) =>
    guardedFetch({ ...local, maxBytes: 100_000 })(`http://127.0.0.1:${peer.port}${path}`)
  await assert.rejects(ask('/length'), /answers more than 100000 bytes/)
  await assert.rejects(ask('/endless'), /answers more than 100000 bytes/)
  await assert.rejects(ask('/packed'), /encoding that it was not asked for/)
  await assert.rejects(ask('/headers'), /HPE_HEADER_OVERFLOW/)
  await assert.rejects(ask('/interim'), /interim/)
})

test('[AUTH-50] Bounds how long it takes: to connect, to answer, to trickle on', async (t) => {
  const peer = await startPeer(t, ({ url }, response) => {
    if (url !== '/trickle') return
    const timer = setInterval(() => response.write('x'), 20)
    response.once('close', () => clearInterval(timer))
  })
  const fetch = guardedFetch({ ...local, timeoutMs: 200 })
  for (const path of ['/silent', '/trickle']) {
    await assert.rejects(
      fetch(`http://127.0.0.1:${peer.port}${path}`),
      /longer than 200 ms to answer/,
    )
  }
  const mute = await muteServer(t)
  const tls = guardedFetch({ ...local, connectTimeoutMs: 100 })
  await assert.rejects(tls(`https://127.0.0.1:${mute}/`), /longer than 100 ms to connect/)
  const never = guardedFetch({ connectTimeoutMs: 100, lookup: () => new Promise(() => {}) })
  // Holds the process open, as any other work would.
  const open = setInterval(() => {}, 1000)
  await assert
    .rejects(never('https://as.example/'), /longer than 100 ms to connect/)
    .finally(() => clearInterval(open))
})

/** Takes connections and never says a word of TLS. */
async function muteServer(t: TestContext): Promise<number> {
  const sockets: { destroy(): void }[] = []
  const server = createServer((socket) => void sockets.push(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

test('Ends when the signal does, with its reason', async (t) => {
  const peer = await startPeer(t, () => {})
  const control = new AbortController()
  const asking = guardedFetch(local)(`http://127.0.0.1:${peer.port}/`, { signal: control.signal })
  setTimeout(() => control.abort(new Error('enough')), 50)
  await assert.rejects(asking, /enough/)
  await assert.rejects(
    guardedFetch(local)(`http://127.0.0.1:${peer.port}/`, {
      signal: AbortSignal.abort(new Error('before')),
    }),
    /before/,
  )
})

test('Tells what is wrong with certificates, and that answers broke off', async (t) => {
  const peer = await startPeer(t, json, secure)
  await assert.rejects(
    guardedFetch({ allowLoopback: true })(`https://127.0.0.1:${peer.port}/`),
    /could not be asked: DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED/,
  )
  await assert.rejects(
    guardedFetch({ ...local, lookup: async () => ['127.0.0.1'] })(
      `https://elsewhere.example:${peer.port}/`,
    ),
    /ERR_TLS_CERT_ALTNAME_INVALID/,
  )
  const broken = await startPeer(t, (request, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('x', () => request.socket.destroy())
  })
  await assert.rejects(
    guardedFetch(local)(`http://127.0.0.1:${broken.port}/`),
    /could not be asked: ECONNRESET/,
  )
})
