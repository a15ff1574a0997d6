import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Call, type Handler, locals, type Result } from '@lutra/core'
import type { CallOptions } from '../options.ts'
import { ConnectionError } from '../words/error.ts'
import { type CacheOptions, cache } from './cache.ts'
import { createResponseCache } from './response-cache.ts'

function callOf(method: string, params = {}, changes: Partial<Call> = {}): Call {
  return {
    method,
    params,
    meta: { protocolVersion: '2026-07-28', clientCapabilities: {} },
    signal: new AbortController().signal,
    notify() {},
    ...changes,
  }
}

function setUp(options: CacheOptions = {}, fields: object = {}) {
  let asked = 0
  let now = 0
  let failing = false
  let notify: Call['notify'] = () => {}
  const shared = options.shared ?? createResponseCache({ now: () => now })
  const server: Handler = async (call) => {
    if (call.method === 'subscriptions/listen') {
      notify = call.notify
      return { resultType: 'complete' }
    }
    asked += 1
    if (failing) throw new ConnectionError('gone')
    return { resultType: 'complete', count: asked, ttlMs: 1000, cacheScope: 'private', ...fields }
  }
  const handler = cache({ ...options, shared })(server)
  const ask = async (method = 'tools/list', params = {}, changes = {}) =>
    (await handler(callOf(method, params, changes)))['count']
  return {
    ask,
    handler,
    shared,
    pass: (ms: number) => (now += ms),
    fail: () => (failing = true),
    tell: (method: string, params = {}) => notify({ method, params }),
  }
}

test('UTIL-17: keeps a result for its time, for the same question alone', async () => {
  const { ask, pass } = setUp()
  assert.equal(await ask(), 1)
  assert.equal(await ask(), 1)
  assert.equal(await ask('tools/list', { cursor: '' }), 2)
  assert.equal(await ask('prompts/list'), 3)
  assert.equal(await ask('tools/list', { _meta: { trace: 1 } }), 1)
  const other = { protocolVersion: '2026-07-28', clientCapabilities: { sampling: {} } }
  assert.equal(await ask('tools/list', {}, { meta: other }), 4)
  pass(999)
  assert.equal(await ask(), 1)
  pass(1)
  assert.equal(await ask(), 5)
})

test('UTIL-18 MRTR-27: keeps nothing that says nothing, is stale at once, asks for input, or is about one conversation', async () => {
  for (const fields of [{ ttlMs: undefined }, { ttlMs: 0 }, { ttlMs: -5 }, { ttlMs: '9' }]) {
    const { ask } = setUp({}, fields)
    assert.deepEqual([await ask(), await ask()], [1, 2])
  }
  const asking = setUp({}, { resultType: 'input_required' })
  assert.deepEqual([await asking.ask(), await asking.ask()], [1, 2])
  const { ask } = setUp()
  for (const params of [{ inputResponses: {} }, { requestState: 'x' }]) {
    const one = await ask('resources/read', { uri: 'a:', ...params })
    assert.notEqual(await ask('resources/read', { uri: 'a:', ...params }), one)
  }
  assert.deepEqual([await ask('tools/call'), await ask('tools/call')], [5, 6])
})

test('UTIL-19: what is private stays with its principal, what is public does not', async () => {
  let principal = 'ann'
  const own = setUp({ principal: () => principal })
  assert.equal(await own.ask(), 1)
  principal = 'bob'
  assert.equal(await own.ask(), 2)
  principal = 'ann'
  assert.equal(await own.ask(), 1)
  const common = setUp({ principal: () => principal }, { cacheScope: 'public' })
  assert.equal(await common.ask(), 1)
  principal = 'bob'
  assert.equal(await common.ask(), 1)
  const unsaid = setUp({ principal: () => principal }, { cacheScope: undefined })
  assert.equal(await unsaid.ask(), 1)
  principal = 'ann'
  assert.equal(await unsaid.ask(), 2)
})

test('servers in a shared cache are kept apart', async () => {
  const shared = createResponseCache()
  const one = setUp({ shared, server: 'one' })
  const two = setUp({ shared, server: 'two' }, { count: 100 })
  assert.deepEqual([await one.ask(), await two.ask(), await one.ask()], [1, 100, 1])
})

test('[UTIL-22] a change that is told forgets what it is about', async () => {
  const { ask, handler, tell } = setUp()
  await handler(callOf('subscriptions/listen'))
  const reads = async () => [
    await ask(),
    await ask('prompts/list'),
    await ask('resources/read', { uri: 'a://1' }),
    await ask('resources/read', { uri: 'a://2' }),
  ]
  assert.deepEqual(await reads(), [1, 2, 3, 4])
  tell('notifications/tools/list_changed')
  assert.deepEqual(await reads(), [5, 2, 3, 4])
  tell('notifications/resources/updated', { uri: 'a://2/part' })
  assert.deepEqual(await reads(), [5, 2, 3, 6])
  tell('notifications/subscriptions/acknowledged')
  assert.deepEqual(await reads(), [7, 8, 9, 10])
})

test('an answer that was under way when a change was told is not kept', async () => {
  let release = (_: Result) => {}
  const shared = createResponseCache()
  const handler = cache({ shared })(() => new Promise((resolve) => (release = resolve)))
  const asked = handler(callOf('tools/list'))
  shared.drop('', ['tools/list'])
  release({ resultType: 'complete', ttlMs: 1000 })
  await asked
  const again = handler(callOf('tools/list'))
  release({ resultType: 'complete', ttlMs: 1000, fresh: true })
  await again
  assert.equal((await handler(callOf('tools/list')))['fresh'], true)
})

test('a call may ask anew, or leave the cache out', async () => {
  const { ask } = setUp()
  const mode = (how: 'refresh' | 'bypass') => {
    const { signal } = new AbortController()
    const options: CallOptions = { cache: how }
    locals.set(signal, { options })
    return ask('tools/list', {}, { signal })
  }
  assert.equal(await ask(), 1)
  assert.equal(await mode('bypass'), 2)
  assert.equal(await ask(), 1)
  assert.equal(await mode('refresh'), 3)
  assert.equal(await ask(), 3)
})

test('what is stale helps out only where it was asked for', async () => {
  const strict = setUp()
  const lenient = setUp({ staleOnError: true })
  for (const { ask, pass, fail } of [strict, lenient]) {
    await ask()
    pass(5000)
    fail()
  }
  await assert.rejects(strict.ask(), ConnectionError)
  assert.equal(await lenient.ask(), 1)
})

test('is bounded, and hands out what nobody can change', async () => {
  const shared = createResponseCache({ maxEntries: 2 })
  const { ask, handler } = setUp({ shared }, { tools: [{ name: 'a' }] })
  assert.deepEqual([await ask('a/b'), await ask('tools/list', { cursor: '1' })], [1, 2])
  await ask('tools/list', { cursor: '2' })
  await ask('tools/list', { cursor: '1' })
  await ask('tools/list', { cursor: '3' })
  assert.equal(await ask('tools/list', { cursor: '1' }), 2)
  assert.equal(await ask('tools/list', { cursor: '2' }), 5)
  const { tools } = await handler(callOf('tools/list', { cursor: '2' }))
  assert.ok(Object.isFrozen(tools) && Object.isFrozen((tools as object[])[0]))
})
