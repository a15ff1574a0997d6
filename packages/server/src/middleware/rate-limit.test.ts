import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Call, createMemoryStore, RpcError, type Store } from '@lutra/core'
import { createServer, type RateLimitOptions, rateLimit, tool } from '@lutra/server'
import { callOf } from '../../test/calls.ts'

const shout = tool({ name: 'shout', description: 'x', run: () => 'ah' })

function serverOf(options: RateLimitOptions) {
  return createServer({ name: 's', version: '1', tools: [shout], middleware: [rateLimit(options)] })
}

const callAs = (subject: string): Call =>
  callOf('tools/call', { name: 'shout' }, { auth: { subject, scopes: [], claims: {} } })

test('who calls too often is told when to come again, and others are served', async () => {
  let time = 15_000
  const server = serverOf({ perMinute: 2, now: () => time })
  await server(callAs('ann'))
  await server(callAs('ann'))
  await assert.rejects(server(callAs('ann')), (error) => {
    assert.ok(error instanceof RpcError)
    assert.equal(error.code, 429)
    assert.deepEqual(error.data, { retryAfterMs: 45_000 })
    assert.match(error.message, /2 in a minute .* in 45 seconds/)
    return true
  })
  await server(callAs('bob'))
  await server(callOf('tools/list'))
  time = 60_000
  await server(callAs('ann'))
})

test('instances count together, however many calls come at once', async () => {
  const store = createMemoryStore()
  const now = () => 0
  const servers = [serverOf({ perMinute: 10, store, now }), serverOf({ perMinute: 10, store, now })]
  const calls = Array.from({ length: 40 }, (_, at) => servers[at % 2]?.(callAs('ann')))
  const outcomes = await Promise.allSettled(calls)
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 10)
})

test('calls are counted as told, and not at all where nobody is named', async () => {
  const server = serverOf({
    perMinute: 1,
    by: ({ params }) => params['tenant'] as string | undefined,
  })
  const call = (params: Record<string, unknown>) =>
    server(callOf('tools/call', { name: 'shout', ...params }))
  await call({})
  await call({})
  await call({ tenant: 'a' })
  await call({ tenant: 'b' })
  await assert.rejects(call({ tenant: 'a' }), { code: 429 })
})

test('a store that fails is told of, and stops nobody', async () => {
  const told: unknown[] = []
  const broken = { get: async () => assert.fail('down') } as unknown as Store
  const server = serverOf({ perMinute: 1, store: broken, onError: (error) => told.push(error) })
  await server(callAs('ann'))
  await server(callAs('ann'))
  assert.equal(told.length, 2)
  assert.throws(() => rateLimit({ perMinute: 0 }), TypeError)
})
