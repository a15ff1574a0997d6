/** What is too much, too deep or too slow is cut off, and the server serves on. */
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Health, startVictim, type Victim } from './start-victim.ts'
import { hello, legacy, modern, open, send, toBytes, type WireRequest } from './wire.ts'

const mebi = 1024 * 1024

test('bodies over the limit get 413 by their length, in chunks and without end', async () => {
  await using victim = await startVictim()
  const { port } = victim
  const { headers = [] } = modern('tools/call', { name: 'echo' })
  const told = { headers, body: `{"a":"${'x'.repeat(4 * mebi)}"}` }
  assert.equal((await send(port, told)).status, 413)
  const head = `POST /mcp HTTP/1.1\r\n${headers.join('\r\n')}\r\n`
  for (const length of ['Content-Length: 9007199254740991', 'Content-Length: 1000000000']) {
    assert.equal((await send(port, Buffer.from(`${head}${length}\r\n\r\n{`))).status, 413)
  }
  const chunk = `${mebi.toString(16)}\r\n${'x'.repeat(mebi)}\r\n`
  const endless = Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(9)}`)
  assert.equal((await send(port, endless)).status, 413)

  const before = await victim.health()
  // Whoever goes on sending after the refusal fills nothing but the wire.
  const sockets = await Promise.all(Array.from({ length: 8 }, () => open(port)))
  for (const socket of sockets) {
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`)
    for (let count = 0; count < 40; count++) socket.write(chunk)
  }
  await sleep(500)
  const during = await victim.health()
  assert.ok(during.rss < before.rss + 200 * mebi, `${before.rss} → ${during.rss}`)
  for (const socket of sockets) socket.destroy()
  await assertServes(victim)
})

test('JSON that nests 100,000 deep is refused in both eras, wide and long JSON is not', async () => {
  await using victim = await startVictim()
  const { port } = victim
  const deep = '['.repeat(100_000) + ']'.repeat(100_000)
  const objects = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
  const open = '{"jsonrpc":"2.0","id":1,"method":"ping","params":'.concat('[{"a":'.repeat(50_000))
  const { headers = [] } = legacy('ping')
  for (const text of [deep, objects, open]) {
    for (const body of [text, `{"jsonrpc":"2.0","id":1,"method":"ping","params":${text}}`]) {
      const reply = await send(port, { headers, body })
      assert.equal(reply.status, 400)
      assert.match(reply.body, /"code":-32700/)
    }
  }
  const wide = Array.from({ length: 200_000 }, (_, n) => n)
  const many = Object.fromEntries(wide.slice(0, 100_000).map((n) => [`k${n}`, n]))
  for (const more of [wide, many]) {
    const call = modern('tools/call', { name: 'echo', arguments: { text: 'x', other: more } })
    assert.equal((await send(port, call)).status, 200)
  }
  const brackets = modern('tools/call', {
    name: 'echo',
    arguments: { text: '[{"\\'.repeat(90_000) },
  })
  assert.equal((await send(port, brackets)).status, 200)
})

test('a subscription that holds too much is refused, and what all hold together is bounded', async () => {
  await using victim = await startVictim({ limits: { subscriptionsLength: 2 * mebi } })
  const listen = (more: object) =>
    modern('subscriptions/listen', { notifications: { toolsListChanged: true }, ...more })
  const bulky = await send(victim.port, listen({ junk: 'x'.repeat(40_000) }))
  assert.match(bulky.body, /-32602.*characters long/)
  const before = await victim.health()
  const sockets: Socket[] = []
  let opened = 0
  let refused = 0
  for (let count = 0; count < 100; count++) {
    const socket = await open(victim.port)
    sockets.push(socket)
    socket.write(toBytes(listen({ junk: 'x'.repeat(30_000) })))
    const text = await once(socket, /acknowledged|error/)
    if (text.includes('acknowledged')) opened += 1
    else refused += 1
  }
  assert.ok(opened > 50 && refused > 20, `${opened} opened, ${refused} refused`)
  for (const socket of sockets) socket.destroy()
  const after = await gone(victim)
  assert.ok(after.heap < before.heap + 2e6, `${before.heap} → ${after.heap}`)
})

test('ids and progress tokens, which everything about a call carries, are short', async () => {
  await using victim = await startVictim()
  const long = 'x'.repeat(1025)
  const token = modern('tools/call', { name: 'ticks' }, { meta: { progressToken: long } })
  for (const request of [
    modern('tools/call', { name: 'echo' }, { id: long }),
    modern('subscriptions/listen', { notifications: {} }, { id: long }),
    legacy('ping', {}, { id: long }),
    token,
  ]) {
    const { status, body } = await send(victim.port, request)
    assert.equal(status, 400)
    assert.match(body, /at most 1024 characters/)
  }
  const fits = modern('tools/call', { name: 'echo' }, { id: long.slice(1) })
  assert.equal((await send(victim.port, fits)).status, 200)
})

test('calls under way at once are bounded, and those on top are told to come again', async () => {
  await using victim = await startVictim({ http: { maxCalls: 100 } })
  const hang = toBytes(modern('tools/call', { name: 'hang' }))
  const sockets = await Promise.all(Array.from({ length: 10 }, () => open(victim.port)))
  // Sent ahead on few connections: it is calls that count.
  for (const socket of sockets) for (let count = 0; count < 10; count++) socket.write(hang)
  await until(victim, ({ running }) => running === 100)
  const { status, headers, body } = await send(victim.port, modern('tools/list'))
  assert.equal(status, 503)
  assert.equal(headers.get('retry-after'), '5')
  assert.match(body, /try again later/)
  for (const socket of sockets) socket.destroy()
  await gone(victim)
  await assertServes(victim)
})

test('who reads a stream too slowly is cut off, and its call is over', async () => {
  await using victim = await startVictim({ http: { maxBufferedBytes: 128 * 1024 } })
  const loud = modern('tools/call', { name: 'talks' }, { meta: { progressToken: 1 } })
  const sockets = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = await open(victim.port)
      socket.pause()
      socket.write(toBytes(loud))
      return socket
    }),
  )
  await until(victim, ({ started, running }) => started === 20 && running === 0)
  for (const socket of sockets) socket.destroy()
  await assertServes(victim)
})

test('who writes too slowly is cut off', async () => {
  await using victim = await startVictim({ http: { requestTimeoutMs: 300 } })
  const bytes = toBytes(modern('tools/call', { name: 'echo' }))
  const cuts = [1, 20, 100, bytes.length - 1].map(async (size) => {
    const socket = await open(victim.port)
    socket.write(bytes.subarray(0, size))
    let at = size
    // Byte by byte, but for the last.
    const drip = setInterval(() => {
      if (at < bytes.length - 1) socket.write(bytes.subarray(at, ++at))
    }, 50)
    const text = await once(socket, /^HTTP/)
    clearInterval(drip)
    socket.destroy()
    return text
  })
  for (const text of await Promise.all(cuts)) assert.match(text, /^HTTP\/1\.1 408/)
  await assertServes(victim)
})

test('what a stream of the older era leaves behind is bounded, and so are the changes of sessions', async () => {
  const bounds = { replay: { maxTotalLength: 100_000 }, maxChangesLength: 100_000, maxSessions: 20 }
  await using victim = await startVictim({ http: { legacy: bounds } })
  const { port } = victim
  const greet = async () => {
    const { headers } = await send(port, legacy('initialize', hello))
    return headers.get('mcp-session-id') ?? ''
  }
  const attack = async (count: number) => {
    const session = await greet()
    for (let n = 0; n < count; n++) {
      const uri = `note://${n}${'x'.repeat(2000)}`
      await send(
        port,
        legacy('tools/call', { name: 'ticks', _meta: { progressToken: n } }, { session }),
      )
      await send(port, legacy('resources/subscribe', { uri }, { session }))
      await send(port, stop(await greet()))
    }
  }
  await attack(100)
  const before = await victim.health()
  await Promise.all([attack(200), attack(200), attack(200), attack(200)])
  const after = await victim.health()
  assert.ok(after.heap < before.heap + 1.5e6, `${before.heap} → ${after.heap}`)
  const session = await greet()
  const level = legacy('logging/setLevel', { level: 'debug' }, { session })
  const { body } = await send(port, level)
  assert.match(body, /"result"|try again later/)
  const ended = await greet()
  assert.equal((await send(port, stop(ended))).status, 204)
  assert.equal((await send(port, legacy('ping', {}, { session: ended }))).status, 404)
})

function stop(session: string): WireRequest {
  return { method: 'DELETE', headers: ['Host: localhost', `Mcp-Session-Id: ${session}`] }
}

/** What a server says until it matches, or until it closes. */
function once(socket: Socket, enough: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
      if (enough.test(text)) resolve(text)
    })
    socket.on('close', () => resolve(text))
  })
}

async function until(victim: Victim, test: (health: Health) => boolean): Promise<Health> {
  for (let tries = 0; ; tries++) {
    const health = await victim.health()
    if (test(health)) return health
    assert.ok(tries < 200, JSON.stringify(health))
    await sleep(25)
  }
}

function gone(victim: Victim): Promise<Health> {
  return until(victim, ({ running, handles }) => running === 0 && !handles['TCPSocketWrap'])
}

async function assertServes({ port }: Victim): Promise<void> {
  const good = modern('tools/call', { name: 'echo', arguments: { text: 'still here' } })
  assert.match((await send(port, good)).body, /still here/)
}
