import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deferred, isInputRequired, type Message } from '@lutra/core'
import fc from 'fast-check'
import { call, type Peer, withSession } from './fixture.test.ts'

const methods = [
  'ping',
  'roots/list',
  'sampling/createMessage',
  'elicitation/create',
  'tools/list',
  'notifications/progress',
  'notifications/message',
  'notifications/cancelled',
  'notifications/elicitation/complete',
  'notifications/tools/list_changed',
  'notifications/resources/updated',
  '__proto__',
]

const params = fc.dictionary(
  fc.constantFrom('requestId', 'progressToken', 'level', 'uri', 'mode', 'elicitationId', '_meta'),
  fc.jsonValue({ maxDepth: 2 }),
)
const id = fc.oneof(fc.integer({ min: -1, max: 8 }), fc.string({ maxLength: 3 }))
const message = fc.oneof(
  fc.record({ method: fc.constantFrom(...methods), params }),
  fc.record({ id, method: fc.constantFrom(...methods), params }),
  fc.record({ id, result: params }),
  fc.record({ id, error: fc.record({ code: fc.integer(), message: fc.string(), data: params }) }),
)

test('whatever a server says out of turn, the session goes on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 20 }), async (messages) => {
      const { connection, peer } = await withSession(() => undefined, { onWarning() {} })
      const calls = ['tools/call', 'tools/list', 'resources/read'].map((method) =>
        connection.handler(call(method)).catch(() => undefined),
      )
      for (const one of messages) peer.send(one as unknown as Message)
      await Promise.race([Promise.all(calls), peer.ask('ping')])
      const answer = await peer.ask('ping')
      assert.deepEqual('result' in answer && answer.result, {})
      await connection.close()
    }),
    { numRuns: 300 },
  )
})

test('what a server says of itself may be anything', async () => {
  const answer = fc.dictionary(
    fc.constantFrom('capabilities', 'serverInfo', 'instructions', '_meta'),
    fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.dictionary(fc.constantFrom('tools', 'resources', 'logging'), fc.jsonValue()),
    ),
  )
  await fc.assert(
    fc.asyncProperty(answer, async (hello) => {
      const { connection } = await withSession(({ method }) =>
        method === 'initialize' ? { ...hello, protocolVersion: '2025-06-18' } : undefined,
      )
      const meta = { protocolVersion: '', clientCapabilities: {}, logLevel: 'info' as const }
      await connection.handler(call('tools/list', {}, { meta }))
      const found = await connection.handler(call('server/discover'))
      assert.equal(typeof found['capabilities'], 'object')
      await connection.close()
    }),
    { numRuns: 200 },
  )
})

test('a server that asks without end gets no more answers than the bound', async () => {
  const all = deferred<void>()
  let refused = 0
  const { connection } = await withSession(async ({ method }, peer: Peer) => {
    if (method !== 'tools/call') return undefined
    for (let count = 0; count < 1000; count++) {
      void peer.ask('roots/list').then((answer) => {
        if ('error' in answer && ++refused === 1000 - 32) all.resolve()
      })
    }
    return new Promise(() => {})
  })
  const result = await connection.handler(call('tools/call', { name: 'x' }))
  await all.promise
  assert.ok(isInputRequired(result))
  await connection.close()
})
