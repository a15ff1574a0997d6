import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createServer, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import fc from 'fast-check'
import { envelope, prepare, toWire } from '../fixture.test.ts'

const requests = 100_000
const vanishing = 10_000

/** A server with one of everything that a call can do. */
function createTarget() {
  const input = { type: 'object', properties: { text: { type: 'string' } } }
  let running = 0
  const hang = async (_: unknown, ctx: { signal: AbortSignal; progress(done: number): void }) => {
    running++
    ctx.progress(1)
    try {
      await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve))
    } finally {
      running--
    }
    return ''
  }
  const server = createServer({
    name: 'target',
    version: '1.0.0',
    tools: [
      tool({ name: 'echo', description: 'Echoes', input, run: ({ text }) => String(text) }),
      tool({ name: 'hang', description: 'Hangs', input, run: hang }),
    ],
    onError: () => {},
  })
  return { serving: serveNode(server, { closeTimeoutMs: 100 }), running: () => running }
}

const methods = [
  'tools/call',
  'tools/list',
  'server/discover',
  'initialize',
  'ping',
  '__proto__',
  'constructor',
  '',
  'completion/complete',
  'resources/read',
]

/** What comes as JSON: anything, and almost requests. */
const anyBody = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc
    .record(
      {
        jsonrpc: fc.constantFrom('2.0', '1.0', 2, null),
        id: fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.double(), fc.object()),
        method: fc.oneof(fc.constantFrom(...methods), fc.string(), fc.integer()),
        params: fc.oneof(
          fc.record(
            {
              _meta: fc.oneof(
                fc.constant(envelope),
                fc.object({ maxDepth: 2 }),
                fc.record({
                  'io.modelcontextprotocol/protocolVersion': fc.oneof(
                    fc.constantFrom('2026-07-28', '2025-06-18', '', '9999-99-99'),
                    fc.string(),
                    fc.integer(),
                  ),
                  'io.modelcontextprotocol/clientCapabilities': fc.anything({ maxDepth: 1 }),
                }),
              ),
              name: fc.oneof(fc.constantFrom('echo', '__proto__', 'toString'), fc.string()),
              arguments: fc.oneof(fc.object({ maxDepth: 2 }), fc.string()),
              cursor: fc.oneof(fc.string(), fc.integer()),
              protocolVersion: fc.string(),
            },
            { requiredKeys: [] },
          ),
          fc.array(fc.integer(), { maxLength: 2 }),
          fc.string(),
        ),
      },
      { requiredKeys: [] },
    )
    .map((value) => stringify(value)),
  fc.string({ unit: 'binary' }),
)

const headerValue = fc.oneof(
  fc.constantFrom(
    '2026-07-28',
    '2025-06-18',
    'tools/call',
    'echo',
    '=?base64?ZWNobw==?=',
    '=?base64?Zg=?=',
    'application/json',
    'text/event-stream',
    '*/*',
    '',
  ),
  fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
)

const headerNames = [
  'content-type',
  'accept',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'mcp-param-x',
  'mcp-session-id',
  'last-event-id',
  'origin',
  'host',
  'authorization',
]

test(`${requests} malformed requests: each is answered, none with a fault of the server`, async (t) => {
  const bodies = fc.sample(anyBody, 3000)
  const values = fc.sample(headerValue, 500)
  const next = createRandom(Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31))
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T

  function malformed(): string {
    const { headers } = prepare(pick(methods))
    const changes: Record<string, string | undefined> = {}
    for (let changed = Math.floor(next() * 3); changed > 0; changed--) {
      changes[pick(headerNames)] = next() < 0.2 ? undefined : pick(values)
    }
    // A host there must be, or Node.js itself closes the connection with its 400.
    changes['host'] ??= 'localhost'
    const wire = toWire({ headers, body: pick(bodies) }, changes)
    return next() < 0.05 ? wire.replace('POST', pick(['GET', 'DELETE', 'PUT', 'OPTIONS'])) : wire
  }

  const { serving } = createTarget()
  const server = await serving.listen()
  const statuses = new Map<number, number>()
  const run = async (count: number) => {
    const lanes = Array.from({ length: 20 }, () =>
      flood(server.port, malformed, statuses, count / 20),
    )
    await Promise.all(lanes)
  }
  t.after(() => server.close())
  await run(requests / 10)
  const before = heapUsed()
  await run(requests)
  const grown = heapUsed() - before
  const answered = [...statuses.values()].reduce((sum, count) => sum + count, 0)
  assert.equal(answered, requests + requests / 10)
  t.diagnostic(`by status: ${JSON.stringify([...statuses])}; heap grown by ${grown} bytes`)
  const faults = [...statuses].filter(([status]) => status >= 500)
  assert.deepEqual(faults, [])
  assert.ok((statuses.get(400) ?? 0) > requests / 10, JSON.stringify([...statuses]))
  assert.ok(grown < 8_000_000, `the heap has grown by ${grown} bytes`)
  const { headers, body } = prepare('tools/list')
  const reply = await fetch(server.url, { method: 'POST', headers, body })
  assert.equal(reply.status, 200)
  await reply.text()
})

test(`${vanishing} clients that vanish in the middle of a call leave nothing behind`, async (t) => {
  const { serving, running } = createTarget()
  const server = await serving.listen()
  const wire = toWire(prepare('tools/call', { name: 'hang', arguments: {} }))
  const vanish = async (count: number) => {
    for (let done = 0; done < count; done += 200) {
      await Promise.all(
        Array.from({ length: 200 }, async (_, index) => {
          const socket = await open(server.port)
          socket.write(index % 4 === 0 ? wire.slice(0, -20) : wire)
          await sleep(index % 3)
          if (index % 2) socket.resetAndDestroy()
          else socket.destroy()
        }),
      )
    }
    for (let waited = 0; waited < 1000 && running() > 0; waited++) await sleep(5)
    assert.equal(running(), 0)
  }
  t.after(() => server.close())
  await vanish(vanishing / 10)
  const before = heapUsed()
  await vanish(vanishing)
  const grown = heapUsed() - before
  t.diagnostic(`heap grown by ${grown} bytes`)
  assert.ok(grown < 4_000_000, `the heap has grown by ${grown} bytes`)
})

/** Sends requests one after another over connections that are made anew where the server closes them. */
async function flood(
  port: number,
  make: () => string,
  ...[statuses, count]: [statuses: Map<number, number>, count: number]
): Promise<void> {
  let socket: Socket | undefined
  for (let sent = 0; sent < count; sent++) {
    socket ??= await open(port)
    const { status, closed } = await ask(socket, make())
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    if (closed) {
      socket.destroy()
      socket = undefined
    }
  }
  socket?.destroy()
}

function ask(socket: Socket, wire: string): Promise<{ status: number; closed: boolean }> {
  return new Promise((resolve, reject) => {
    let got = ''
    function take(chunk: Buffer): void {
      got += chunk.toString('latin1')
      const end = got.indexOf('\r\n\r\n')
      if (end < 0) return
      // A stream may stay open: that it has begun is its reply.
      const stream = /content-type: text\/event-stream/i.test(got)
      const length = /content-length: (\d+)/i.exec(got)?.[1]
      const whole = length
        ? got.length >= end + 4 + Number(length)
        : !/transfer-encoding/i.test(got) || got.endsWith('0\r\n\r\n')
      if (whole || stream) done()
    }
    const late = setTimeout(() => {
      reject(new Error(`No reply to: ${wire.slice(0, 1000)}, but: ${got.slice(0, 1000)}`))
    }, 20_000)
    function done(): void {
      clearTimeout(late)
      socket.off('data', take)
      socket.off('close', closed)
      const status = Number(got.slice(9, 12))
      // An endless stream would keep its lane for good.
      resolve({ status, closed: /connection: close/i.test(got) || status === 200 })
    }
    function closed(): void {
      clearTimeout(late)
      if (got) done()
      else reject(new Error(`Closed without a reply: ${wire.slice(0, 500)}`))
    }
    socket.on('data', take)
    socket.once('close', closed)
    socket.write(wire)
  })
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => {})
  return new Promise((resolve) => socket.once('connect', () => resolve(socket)))
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const gc: () => void = runInNewContext('gc')
  gc()
  gc()
  return process.memoryUsage().heapUsed
}

function stringify(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? Number(inner) : inner)) ?? ''
  )
}

/** Mulberry32: the same numbers for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
