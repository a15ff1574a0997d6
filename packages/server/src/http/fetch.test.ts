import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Call, deferred, type Handler, type Result } from '@lutra/core'
import { Hono } from 'hono'
import { type ServeHttpOptions, serveHttp } from '../serve-http.ts'
import { prepare } from './fixture.test.ts'

const complete: Result = { resultType: 'complete' }
const url = 'http://localhost/mcp'

function serve(handler: Handler, options: ServeHttpOptions = {}) {
  return serveHttp(handler, { legacy: false, ...options })
}

function post(init: RequestInit = {}, to = url): Request {
  return new Request(to, { method: 'POST', ...prepare('x'), ...init })
}

test('a web request is answered with a web response', async () => {
  let seen: Call | undefined
  const fetch = serve(async (call) => {
    seen = call
    return complete
  })
  const auth = { subject: 'me', scopes: [], claims: {} }
  const response = await fetch(post(), { auth })
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'application/json')
  assert.deepEqual(await response.json(), { jsonrpc: '2.0', id: 1, result: complete })
  assert.equal(seen?.auth, auth)
  assert.equal(seen?.header?.('mcp-method'), 'x')
})

test('what a platform hands over beside a request says nothing of who calls', async () => {
  const seen: (Call | undefined)[] = []
  const fetch = serve(async (call) => {
    seen.push(call)
    return complete
  })
  const asPlatform: (request: Request, env: unknown) => Promise<Response> = fetch
  for (const env of [{ auth: 'a secret' }, { auth: { token: 't' } }, 'env', null]) {
    assert.equal((await asPlatform(post(), env)).status, 200)
  }
  assert.deepEqual(
    seen.map((call) => call?.auth),
    [undefined, undefined, undefined, undefined],
  )
})

test('guard, methods and notifications are the same as at every door', async () => {
  const fetch = serve(async () => complete)
  assert.equal((await fetch(post({}, 'http://localhost/other'))).status, 404)
  assert.equal((await fetch(new Request(url))).status, 405)
  const evil = { ...prepare('x').headers, origin: 'http://evil.example' }
  assert.equal((await fetch(post({ headers: evil }))).status, 403)
  const own = { ...prepare('x').headers, origin: 'https://shop.example' }
  assert.equal((await fetch(post({ headers: own }, 'https://shop.example/mcp'))).status, 403)
  const known = serve(async () => complete, { allowedHosts: ['shop.example'] })
  assert.equal((await known(post({ headers: own }, 'https://shop.example/mcp'))).status, 200)
  const body = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled' })
  const accepted = await fetch(post({ body }))
  assert.equal(accepted.status, 202)
  assert.equal(await accepted.text(), '')
})

test('a body over the limit gets 413, told of or in chunks', async () => {
  const fetch = serve(async () => complete, { maxBodyBytes: 1000 })
  const { headers } = prepare('x')
  const told = post({ headers: { ...headers, 'content-length': '2000' }, body: 'x' })
  assert.equal((await fetch(told)).status, 413)
  let pulled = 0
  const endless = new ReadableStream({
    pull(controller) {
      pulled++
      controller.enqueue(new Uint8Array(100))
    },
  })
  const chunked = post({ headers, body: endless, duplex: 'half' } as RequestInit)
  assert.equal((await fetch(chunked)).status, 413)
  assert.ok(pulled < 20)
})

test('a body that was read before is a mistake of the code around', async () => {
  const request = post()
  await request.text()
  await assert.rejects(serve(async () => complete)(request), /read already/)
})

test('[HTTP-21, HTTP-22] notifications stream, and keep-alive comments between them', async () => {
  const fetch = serve(
    async (call) => {
      call.notify({ method: 'a' })
      await sleep(20)
      return complete
    },
    { keepAliveMs: 2 },
  )
  const response = await fetch(post())
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  const text = await response.text()
  assert.match(
    text,
    /^event: message\ndata: \{"jsonrpc":"2.0","method":"a"\}\n\n(:\n\n)+event: message\n/,
  )
})

test('[HTTP-24] cancelling the body or aborting the request aborts the call', async () => {
  for (const way of ['cancel', 'abort'] as const) {
    const aborted = deferred<boolean>()
    const fetch = serve(async (call) => {
      call.signal.addEventListener('abort', () => aborted.resolve(true))
      call.notify({ method: 'a' })
      await aborted.promise
      call.notify({ method: 'late' })
      return complete
    })
    const controller = new AbortController()
    const response = await fetch(post({ signal: controller.signal }))
    if (way === 'cancel') await response.body?.cancel()
    else controller.abort()
    assert.equal(await aborted.promise, true)
  }
})

test('a request that is aborted before its first notification aborts its call', async () => {
  const begun = deferred<void>()
  const aborted = deferred<boolean>()
  const controller = new AbortController()
  const pending = serve(async (call) => {
    call.signal.addEventListener('abort', () => aborted.resolve(true))
    begun.resolve()
    await aborted.promise
    return complete
  })(post({ signal: controller.signal }))
  await begun.promise
  controller.abort()
  assert.equal(await aborted.promise, true)
  await pending
})

test('a stream that nobody reads is cut off', async () => {
  const aborted = deferred<boolean>()
  const fetch = serve(
    async (call) => {
      call.signal.addEventListener('abort', () => aborted.resolve(true))
      for (let i = 0; i < 1000 && !call.signal.aborted; i++) {
        call.notify({ method: 'a', params: { text: 'x'.repeat(1000) } })
      }
      await sleep(0)
      call.notify({ method: 'b' })
      await sleep(0)
      call.notify({ method: 'c' })
      return complete
    },
    { maxBufferedBytes: 100_000 },
  )
  const response = await fetch(post())
  assert.equal(await aborted.promise, true)
  await assert.rejects(response.text())
})

test('CORS answers the preflight and marks every reply', async () => {
  const fetch = serve(async () => complete, {
    cors: { origins: ['https://app.example'] },
    maxBodyBytes: 1000,
  })
  const headers = { origin: 'https://app.example' }
  const preflight = await fetch(
    new Request(url, {
      method: 'OPTIONS',
      headers: { ...headers, 'access-control-request-headers': 'mcp-param-x' },
    }),
  )
  assert.equal(preflight.status, 204)
  assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /mcp-param-x/)
  for (const body of [prepare('x').body, 'nonsense', ' '.repeat(2000)]) {
    const reply = await fetch(post({ headers: { ...prepare('x').headers, ...headers }, body }))
    assert.equal(reply.headers.get('access-control-allow-origin'), 'https://app.example')
    assert.equal(reply.headers.get('access-control-expose-headers'), 'www-authenticate, dpop-nonce')
  }
})

test('it mounts in Hono', async () => {
  const fetch = serve(async () => complete, { path: '/api/mcp' })
  const app = new Hono().all('/api/mcp', (context) => fetch(context.req.raw))
  const response = await app.request(post({}, 'http://localhost/api/mcp'))
  assert.equal(response.status, 200)
  await response.text()
})
