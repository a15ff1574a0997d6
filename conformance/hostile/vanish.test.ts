import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Health, startVictim, type Victim } from './start-victim.ts'
import { hello, legacy, modern, open, send, toBytes, type WireRequest } from './wire.ts'

const options = { http: { closeTimeoutMs: 100, keepAliveMs: 50 } }

test('10,000 clients that vanish in the middle of calls leave nothing behind', async () => {
  await using victim = await startVictim(options)
  const session = await greet(victim)
  const kinds: ((id: number) => WireRequest)[] = [
    (id) => modern('tools/call', { name: 'hang' }, { id }),
    (id) => modern('tools/call', { name: 'hang-loudly' }, { id, meta: { progressToken: id } }),
    (id) => modern('subscriptions/listen', { notifications: { toolsListChanged: true } }, { id }),
    (id) => modern('tools/call', { name: 'ask' }, { id, capabilities: { elicitation: {} } }),
    (id) => legacy('tools/call', { name: 'ticks' }, { id, session }),
    (id) => legacy('tools/call', { name: 'hang' }, { id }),
    () => ({ method: 'GET', headers: ['Host: localhost', 'Accept: text/event-stream'] }),
  ]
  const vanish = async (count: number) => {
    const request = toBytes(kinds[count % kinds.length]?.(count) ?? {})
    const socket = await open(victim.port)
    // Every seventh leaves with half of its request unsent.
    const half = count % 7 === 0
    socket.write(half ? request.subarray(0, (count * 31) % request.length) : request)
    if (count % 3 === 0) await answered(socket)
    else if (count % 3 === 1) await sleep(count % 4)
    if (count % 2 === 0) socket.resetAndDestroy()
    else socket.destroy()
  }
  await crowd(1000, vanish)
  const before = await settled(victim)
  await crowd(10_000, vanish)
  const after = await settled(victim)
  assert.ok(after.started > 2500, `${after.started} calls had begun`)
  assertFlat(before, after)
  await assertServes(victim)
})

test('clients that leave with requests in line end those too', async () => {
  await using victim = await startVictim(options)
  const line = (id: number) =>
    Buffer.concat(
      [
        modern('tools/call', { name: 'hang' }, { id }),
        modern('tools/call', { name: 'hang' }, { id: id + 1 }),
        modern('tools/call', { name: 'hang-loudly' }, { id: 2, meta: { progressToken: 2 } }),
        modern('subscriptions/listen', { notifications: { toolsListChanged: true } }, { id: 3 }),
        modern('tools/call', { name: 'talks' }, { id: 4, meta: { progressToken: 4 } }),
        { method: 'GET', headers: ['Host: localhost', 'Accept: text/event-stream'] },
      ].map(toBytes),
    )
  const vanish = async (count: number) => {
    const socket = await open(victim.port)
    socket.write(line(count * 10))
    await sleep(20)
    socket.destroy()
  }
  await crowd(32, vanish)
  const before = await settled(victim)
  await crowd(300, vanish)
  assertFlat(before, await settled(victim))
  await assertServes(victim)
})

test('questions that nobody answers end with their session, and are bounded meanwhile', async () => {
  await using victim = await startVictim({
    http: { ...options.http, legacy: { questionTimeoutMs: 500, maxParked: 50 } },
  })
  const session = await greet(victim)
  const before = await settled(victim)
  await crowd(500, async (id) => {
    const socket = await open(victim.port)
    socket.write(toBytes(legacy('tools/call', { name: 'ask' }, { id, session })))
    await answered(socket)
    socket.destroy()
  })
  const gone = { method: 'DELETE', headers: ['Host: localhost', `Mcp-Session-Id: ${session}`] }
  assert.equal((await send(victim.port, gone)).status, 204)
  assertFlat(before, await settled(victim))
})

async function greet({ port }: Victim): Promise<string> {
  const { headers } = await send(port, legacy('initialize', hello))
  return headers.get('mcp-session-id') ?? ''
}

function answered(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, 100)
    const done = () => {
      clearTimeout(late)
      resolve()
    }
    socket.once('data', done)
    socket.once('close', done)
  })
}

/** Does so many things, some of them at the same time. */
async function crowd(count: number, one: (number: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await one(next++)
  }
  await Promise.all(Array.from({ length: 32 }, worker))
}

/** How a server fares once it has noticed that everybody is gone. */
async function settled(victim: Victim): Promise<Health> {
  let health = await victim.health()
  for (let tries = 0; tries < 100; tries++) {
    if (health.running === 0 && (health.handles['TCPSocketWrap'] ?? 0) === 0) return health
    await sleep(50)
    health = await victim.health()
  }
  return health
}

function assertFlat(before: Health, after: Health): void {
  const { running, listening, warnings, errors, handles, polluted, heap } = after
  assert.deepEqual(
    { running, warnings, errors, polluted },
    { running: 0, warnings: 0, errors: 0, polluted: [] },
  )
  // The doors of the older era listen for news of sessions, once.
  assert.ok(listening <= 2, `${listening} subscriptions to the bus`)
  assert.equal(handles['TCPSocketWrap'] ?? 0, 0)
  assert.ok(
    (handles['Timeout'] ?? 0) <= (before.handles['Timeout'] ?? 0) + 1,
    JSON.stringify(handles),
  )
  assert.ok(heap < before.heap * 1.5 + 4e6, `the heap grew from ${before.heap} to ${heap}`)
}

async function assertServes({ port }: Victim): Promise<void> {
  const good = modern('tools/call', { name: 'echo', arguments: { text: 'still here' } })
  const { status, body } = await send(port, good)
  assert.equal(status, 200)
  assert.match(body, /still here/)
}
