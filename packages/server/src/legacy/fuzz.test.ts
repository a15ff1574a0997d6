import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRecentMap } from '../http/recent-map.ts'
import { createFixture } from './fixture.test.ts'
import { createBudget } from './http/budget.ts'
import { createStreamId, parseEventId, printEventId } from './http/event-id.ts'
import { exchange, greet } from './http-client.test.ts'
import { ping, serve } from './serve.test.ts'
import { createLegacySession } from './session.ts'

const method = fc.constantFrom(
  'initialize',
  'ping',
  'tools/call',
  'tools/list',
  'resources/subscribe',
  'logging/setLevel',
  'notifications/cancelled',
  'notifications/initialized',
  '__proto__',
  'constructor',
)
const message = fc.record(
  {
    jsonrpc: fc.constantFrom('2.0', '1.0', 2),
    id: fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.jsonValue()),
    method: fc.oneof(method, fc.string(), fc.integer()),
    params: fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.record({ name: fc.constantFrom('echo', 'meta', 'toString'), _meta: fc.jsonValue() }),
      fc.record({ requestId: fc.jsonValue(), uri: fc.jsonValue(), level: fc.jsonValue() }),
    ),
    result: fc.jsonValue(),
    error: fc.jsonValue(),
  },
  { requiredKeys: [] },
)
const sent = fc.oneof(message, fc.array(message, { maxLength: 4 }), fc.jsonValue())

test('whatever comes over a pipe, a session goes on and answers each request once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(sent, { maxLength: 6 }), async (values) => {
      const answers: unknown[] = []
      const session = createLegacySession(createFixture(), {
        send: (told) => answers.push(...(Array.isArray(told) ? told : [told])),
      })
      for (const value of values) session.receive(value)
      session.receive({ ...ping, id: 'the last one' })
      await new Promise((resolve) => setImmediate(resolve))
      const last = answers.filter((told) => (told as { id?: unknown }).id === 'the last one')
      assert.equal(last.length, 1)
      session.close()
    }),
    { numRuns: 300 },
  )
})

test('whatever is posted, with whatever headers, there is a reply', async () => {
  const { door } = serve()
  const { id } = await greet(door)
  const header = fc.oneof(
    fc.constantFrom(undefined, id, `${id}A`, id.slice(1), '2025-03-26', '2025-11-25'),
    fc.string(),
  )
  await fc.assert(
    fc.asyncProperty(sent, header, header, async (body, session, version) => {
      const headers = { 'mcp-session-id': session, 'mcp-protocol-version': version }
      const reply = await exchange(door, { body, headers }).catch((reason) => reason)
      // What is no message is thrown, for the door in front to answer with 400.
      assert.ok(reply.status >= 200 || reply.code === -32600, String(reply))
    }),
    { numRuns: 300 },
  )
})

test('event ids come back as they went out, and nothing else reads as one', () => {
  const streamId = createStreamId('call')
  assert.deepEqual(parseEventId(printEventId(streamId, 42)), { kind: 'call', streamId, seq: 42 })
  fc.assert(
    fc.property(fc.string(), (text) => {
      const read = parseEventId(text)
      assert.ok(read === undefined || printEventId(read.streamId, read.seq) === text)
    }),
  )
})

test('a recent map keeps what is used and what is pinned', () => {
  const map = createRecentMap<number>(10, (value) => value < 0)
  map.set('pinned', -1)
  map.set('used', 1)
  for (let i = 0; i < 1000; i++) {
    map.set(`k${i}`, i)
    assert.equal(map.get('used'), 1)
  }
  assert.equal(map.get('pinned'), -1)
  assert.equal(map.get('k999'), 999)
  assert.equal(map.get('k900'), undefined)
  map.delete('k999')
  assert.equal(map.get('k999'), undefined)
})

test('a budget comes back with time', () => {
  let time = 0
  const budget = createBudget(10, 640, () => time)
  assert.equal(budget.spend(6), true)
  assert.equal(budget.spend(5), false)
  time = 300
  assert.equal(budget.spend(4), true)
  time = 700
  assert.equal(budget.spend(6), true)
  assert.equal(budget.spend(1), false)
})
