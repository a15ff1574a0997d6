import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Call, deferred, type Handler, type Result } from '@lutra/core'
import express from 'express'
import fastify from 'fastify'
import {
  type Listening,
  type NodeServing,
  type ServeNodeOptions,
  serveNode,
} from '../../serve-node.ts'
import { prepare, toWire } from '../fixture.test.ts'

const complete: Result = { resultType: 'complete' }
const echo: Handler = async ({ method, params }) => ({
  resultType: 'complete',
  method,
  size: JSON.stringify(params).length,
})

/** Runs `body` against a server of its own. */
async function serving(
  handler: Handler,
  body: (server: Listening) => Promise<void>,
  options: ServeNodeOptions = { legacy: false },
): Promise<void> {
  const server = await serveNode(handler, { closeTimeoutMs: 100, ...options }).listen()
  try {
    await body(server)
  } finally {
    await server.close()
  }
}

function post(url: string, ...[method, params]: Parameters<typeof prepare>): Promise<Response> {
  return fetch(url, { method: 'POST', ...prepare(method, params) })
}

function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => {})
  return new Promise((resolve) => socket.once('connect', () => resolve(socket)))
}

/** Sends bytes as they are and reads until the server closes, or until `enough`. */
async function raw(port: number, text: string, enough = /\r\n\r\n/): Promise<string> {
  const socket = await open(port)
  let got = ''
  const done = deferred<void>()
  socket.on('data', (chunk) => {
    got += chunk
    if (enough.test(got)) done.resolve()
  })
  socket.on('close', () => done.resolve())
  socket.write(text)
  await done.promise
  socket.destroy()
  return got
}

async function until(test: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !test(); i++) await sleep(5)
  assert.ok(test(), test.toString())
}

test('a request over a socket is answered as JSON with its length', async () => {
  await serving(echo, async ({ url }) => {
    const response = await post(url, 'tools/list')
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'application/json')
    const text = await response.text()
    assert.equal(response.headers.get('content-length'), String(Buffer.byteLength(text)))
    assert.equal(JSON.parse(text).result.method, 'tools/list')
  })
})

test('text beyond ASCII has its length in bytes', async () => {
  await serving(
    async () => ({ resultType: 'complete', text: 'äöü 世界 🎉' }),
    async ({ url }) => {
      const { result } = (await (await post(url, 'x')).json()) as { result: { text: string } }
      assert.equal(result.text, 'äöü 世界 🎉')
    },
  )
})

test('a body in pieces, even within a character, is read whole', async () => {
  await serving(echo, async ({ port }) => {
    const socket = await open(port)
    const bytes = Buffer.from(toWire(prepare('tools/list', { text: '世界'.repeat(20) })))
    let got = ''
    socket.on('data', (chunk) => {
      got += chunk
    })
    for (let at = 0; at < bytes.length; at += 41) {
      socket.write(bytes.subarray(at, at + 41))
      await sleep(1)
    }
    await until(() => got.includes('"result"'))
    socket.destroy()
  })
})

test('a body over the limit gets 413, told of or not, and the server reads no more of it', async () => {
  await serving(
    echo,
    async ({ port, url }) => {
      const { headers } = prepare('x')
      assert.match(
        await raw(port, toWire({ headers, body: '' }, { 'content-length': '1001' })),
        / 413 /,
      )
      const chunked = toWire(
        { headers, body: `${(2000).toString(16)}\r\n${'x'.repeat(2000)}\r\n` },
        { 'content-length': undefined, 'transfer-encoding': 'chunked' },
      )
      assert.match(await raw(port, chunked), / 413 /)
      const response = await fetch(url, { method: 'POST', headers, body: ' '.repeat(100_000) })
      assert.equal(response.status, 413)
      const { error } = (await response.json()) as { error: { message: string } }
      assert.match(error.message, /1000 bytes/)
      assert.equal((await post(url, 'x')).status, 200)
    },
    { maxBodyBytes: 1000, legacy: false },
  )
})

test('evil hosts and origins are refused before anything is read', async () => {
  let called = 0
  await serving(
    async () => {
      called++
      return complete
    },
    async ({ port }) => {
      const request = prepare('x')
      const evil = [
        { host: 'evil.example' },
        { host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
        { origin: 'http://evil.example' },
        { origin: 'null' },
      ]
      for (const headers of evil) {
        const reply = await raw(port, toWire(request, headers), /\}$/)
        assert.match(reply, /^HTTP\/1\.1 403 /)
        assert.doesNotMatch(reply, /"id"/)
      }
      assert.equal(called, 0)
      for (const host of ['localhost', `127.0.0.1:${port}`, `[::1]:${port}`]) {
        assert.match(await raw(port, toWire(request, { host, origin: `http://${host}` })), / 200 /)
      }
    },
  )
})

test('requests that two servers could read differently are refused', async () => {
  await serving(echo, async ({ port }) => {
    const request = prepare('tools/call', { name: 'safe' })
    const smuggled = [
      { 'transfer-encoding': 'chunked' },
      { 'content-length': '5, 5' },
      { 'transfer-encoding': 'chunked, identity', 'content-length': undefined },
      { 'mcp-name': 'safe\r\nmcp-name: evil' },
      { 'mcp-method': 'tools/call\r\nmcp-method: tools/list' },
      { 'mcp-protocol-version': '2026-07-28\r\nmcp-protocol-version: 2025-06-18' },
      { ' mcp-name': 'x' },
      { 'mcp-name': 'safe\0' },
    ]
    for (const headers of smuggled) {
      assert.match(
        await raw(port, toWire(request, headers)),
        /^HTTP\/1\.1 400 /,
        JSON.stringify(headers),
      )
    }
    const body = toWire(request)
    assert.match(await raw(port, `${body}${body.slice(0, 4)}`), / 200 /)
  })
})

test('huge and many headers are refused', async () => {
  await serving(echo, async ({ port, url }) => {
    const request = prepare('x')
    assert.match(await raw(port, toWire(request, { 'x-big': 'x'.repeat(100_000) })), / 431 /)
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`x-${i}`, 'y']))
    assert.match(await raw(port, toWire(request, many)), / 431 /)
    assert.equal((await post(url, 'x')).status, 200)
  })
})

test('what is no HTTP is refused, and the server goes on', async () => {
  await serving(echo, async ({ port, url }) => {
    for (const text of [
      '\0\0\0\0',
      'GARBAGE\r\n\r\n',
      'POST /mcp HTTP/9.9\r\n\r\n',
      '\r\n'.repeat(5000),
    ]) {
      const socket = await open(port)
      socket.end(text)
      await new Promise((resolve) => socket.resume().once('close', resolve))
    }
    assert.equal((await post(url, 'x')).status, 200)
  })
})

test('a slow writer is cut off in time', async () => {
  await serving(
    echo,
    async ({ port }) => {
      const socket = await open(port)
      socket.write(toWire(prepare('x')).slice(0, -10))
      const closed = new Promise((resolve) => socket.resume().once('close', resolve))
      await closed
    },
    { requestTimeoutMs: 50, legacy: false },
  )
})

const progress: Handler = async (call) => {
  for (let n = 0; n < 3; n++) {
    call.notify({ method: 'notifications/progress', params: { n } })
    await sleep(5)
  }
  return complete
}

test('notifications come as an event stream while the call still runs', async () => {
  await serving(progress, async ({ url }) => {
    const response = await post(url, 'x')
    assert.equal(response.headers.get('content-type'), 'text/event-stream')
    assert.equal(response.headers.get('x-accel-buffering'), 'no')
    const text = await response.text()
    const events = text.split('\n\n').filter(Boolean)
    assert.equal(events.length, 4)
    for (const event of events) assert.match(event, /^event: message\ndata: \{/)
    assert.match(events[3] ?? '', /"result"/)
  })
})

test('an idle stream is kept alive by comments', async () => {
  const end = deferred<Result>()
  await serving(
    (call) => {
      call.notify({ method: 'n' })
      return end.promise
    },
    async ({ url }) => {
      const response = await post(url, 'x')
      let text = ''
      const decoder = new TextDecoder()
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk)
        if (/(:\n\n){2}/.test(text)) end.resolve(complete)
      }
      assert.match(text, /"result"/)
    },
    { keepAliveMs: 5, legacy: false },
  )
})

test('[HTTP-24] a client that leaves aborts its call, before the first notification and after', async () => {
  for (const streamed of [false, true]) {
    const aborted = deferred<boolean>()
    const begun = deferred<void>()
    const told: unknown[] = []
    const handler = Object.assign(
      async (call: Call) => {
        if (streamed) call.notify({ method: 'n' })
        begun.resolve()
        await new Promise((_, reject) => {
          call.signal.addEventListener('abort', () => {
            aborted.resolve(true)
            reject(call.signal.reason)
          })
        })
        return complete
      },
      { onError: (error: unknown) => told.push(error) },
    )
    await serving(handler, async ({ port }) => {
      const socket = await open(port)
      socket.write(toWire(prepare('x')))
      await begun.promise
      socket.destroy()
      assert.equal(await aborted.promise, true)
      await sleep(5)
      assert.deepEqual(told, [])
    })
  }
})

test('a signal that is first read when the client has left is aborted', async () => {
  const begun = deferred<void>()
  const go = deferred<void>()
  const seen = deferred<boolean>()
  const handler: Handler = async (call) => {
    begun.resolve()
    await go.promise
    seen.resolve(call.signal.aborted)
    return complete
  }
  const server = createServer(serveNode(handler, { legacy: false }).listener)
  server.on('connection', (socket) => socket.once('close', () => go.resolve()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const socket = await open((server.address() as AddressInfo).port)
    socket.write(toWire(prepare('x')))
    await begun.promise
    socket.destroy()
    assert.equal(await seen.promise, true)
  } finally {
    server.close()
  }
})

test('a reader of a stream that does not read is cut off', async () => {
  const aborted = deferred<boolean>()
  await serving(
    async (call) => {
      call.signal.addEventListener('abort', () => aborted.resolve(true))
      const text = 'x'.repeat(50_000)
      while (!call.signal.aborted) {
        call.notify({ method: 'n', params: { text } })
        await sleep(0)
      }
      return complete
    },
    async ({ port }) => {
      const socket = await open(port)
      socket.pause()
      socket.write(toWire(prepare('x')))
      assert.equal(await aborted.promise, true)
      socket.destroy()
    },
    { maxBufferedBytes: 200_000, legacy: false },
  )
})

test('clients that vanish at any moment leave nothing behind', async () => {
  let running = 0
  let aborted = 0
  await serving(
    async (call) => {
      running++
      try {
        if (running % 2) call.notify({ method: 'n' })
        await new Promise((resolve) => call.signal.addEventListener('abort', resolve))
        aborted++
        return complete
      } finally {
        running--
      }
    },
    async ({ port, url }) => {
      const wire = toWire(prepare('x'))
      for (let round = 0; round < 20; round++) {
        await Promise.all(
          Array.from({ length: 50 }, async (_, i) => {
            const socket = await open(port)
            socket.write(i % 3 === 0 ? wire.slice(0, (i * 7) % wire.length) : wire)
            await sleep(i % 5)
            if (i % 2) socket.resetAndDestroy()
            else socket.destroy()
          }),
        )
      }
      await until(() => running === 0)
      assert.ok(aborted > 100, `${aborted} calls were aborted`)
      const answered = post(url, 'x', {})
      await until(() => running === 1)
      void answered.catch(() => {})
    },
  )
})

test('closing waits for running calls, and cuts off what does not end', async () => {
  const begun = { slow: deferred<void>(), endless: deferred<void>() }
  const { listen } = serveNode(
    async (call) => {
      begun[call.method as keyof typeof begun].resolve()
      await sleep(call.method === 'slow' ? 30 : 60_000, undefined, { ref: false })
      return complete
    },
    { closeTimeoutMs: 200, legacy: false },
  )
  const { url, close } = await listen()
  const slow = post(url, 'slow')
  const endless = post(url, 'endless')
  endless.catch(() => {})
  await Promise.all([begun.slow.promise, begun.endless.promise])
  await close()
  assert.equal((await slow).status, 200)
  await assert.rejects(endless)
  await assert.rejects(post(url, 'x'))
})

test('closing closes the server behind, so that its subscriptions end with their result', async () => {
  const end = deferred<Result>()
  const handler = Object.assign(
    (call: Call) => {
      call.notify({ method: 'notifications/subscriptions/acknowledged' })
      return end.promise
    },
    { close: async () => end.resolve(complete) },
  )
  const { url, close } = await serveNode(handler, { legacy: false }).listen()
  const response = await post(url, 'subscriptions/listen')
  await Promise.all([
    close(),
    response.text().then((text) => assert.match(text, /"result":\{"resultType":"complete"\}/)),
  ])
})

test('a port that is taken is an error', async () => {
  await serving(echo, async ({ port }) => {
    await assert.rejects(serveNode(echo).listen(port), { code: 'EADDRINUSE' })
  })
})

/** The frameworks around a listener, each listening on a free port. */
const frameworks: Record<
  string,
  (serving: NodeServing) => Promise<{ port: number; stop(): unknown }>
> = {
  'node:http': async ({ listener }) => {
    const server = createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return { port: (server.address() as AddressInfo).port, stop: () => server.close() }
  },
  Express: async ({ listener }) => {
    const app = express().all('/mcp', listener)
    const server = app.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    return { port: (server.address() as AddressInfo).port, stop: () => server.close() }
  },
  'Express with json()': async ({ listener }) => {
    const app = express().use(express.json()).use('/mcp', listener)
    const server = app.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    return { port: (server.address() as AddressInfo).port, stop: () => server.close() }
  },
  Fastify: async ({ listener }) => {
    const app = fastify()
    app.all('/mcp', (request, reply) => {
      reply.hijack()
      listener(request.raw, reply.raw, { body: request.body })
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: (app.server.address() as AddressInfo).port, stop: () => app.close() }
  },
}

for (const [name, start] of Object.entries(frameworks)) {
  test(`the listener works within ${name}`, async () => {
    const { port, stop } = await start(serveNode(progress, { legacy: false }))
    const url = `http://127.0.0.1:${port}/mcp`
    try {
      const response = await post(url, 'x', { a: 1 })
      assert.equal(response.status, 200)
      assert.match(await response.text(), /"result"/)
      const bad = await fetch(url, { method: 'POST', ...prepare('x'), body: '[]' })
      assert.equal(bad.status, 400)
      const get = await fetch(url)
      assert.equal(get.status, 405)
      await get.text()
    } finally {
      await stop()
    }
  })
}

test('a body that a framework has parsed is held to the same depth', async () => {
  let deep: unknown = 1
  for (let i = 0; i < 300; i++) deep = [deep]
  const { listener } = serveNode(echo, { legacy: false })
  const server = createServer((req, res) => {
    req.resume().on('end', () => listener(req, res, { body: { jsonrpc: '2.0', id: 1, deep } }))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const response = await post(`http://127.0.0.1:${port}/mcp`, 'x')
  assert.equal(response.status, 400)
  await response.text()
  server.close()
})
