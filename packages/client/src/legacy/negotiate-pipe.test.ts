import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore, joinedPipes, type Message, type Pipe, type Store } from '@lutra/core'
import { ConnectError } from '../era/connect-error.ts'
import { type NegotiateOptions, negotiatePipe } from './negotiate-pipe.ts'

type Answer = { result: object } | { error: { code: number; data?: object } } | 'silence' | 'exit'
type Server = (method: string, start: number) => Answer

const complete = { resultType: 'complete', capabilities: {}, ttlMs: 0, cacheScope: 'public' }
const modern: Server = (method) =>
  method === 'initialize'
    ? { error: { code: -32602 } }
    : { result: { ...complete, supportedVersions: ['2026-07-28'], tools: [] } }

const legacy =
  (refusal: Answer): Server =>
  (method) =>
    method === 'initialize'
      ? { result: { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: {} } }
      : refusal

/** Serves as told at every start; says what each start was asked for. */
async function attempt(server: Server, options: Partial<NegotiateOptions> = {}) {
  const said: string[][] = []
  const open = (): Pipe => {
    const [near, far] = joinedPipes()
    const heard: string[] = []
    said.push(heard)
    const start = said.length
    void serve()
    return near
    async function serve(): Promise<void> {
      for await (const message of far.incoming) {
        if (!('method' in message) || !('id' in message)) continue
        heard.push(message.method)
        const answer = server(message.method, start)
        if (answer === 'exit') return far.close()
        if (answer === 'silence') continue
        const rest = 'error' in answer ? { error: { message: 'no', ...answer.error } } : answer
        far.send({ jsonrpc: '2.0', method: 'notifications/message', params: {} })
        far.send({ jsonrpc: '2.0', id: message.id, ...rest } as Message)
      }
    }
  }
  const outcome = await negotiatePipe(open, {
    target: 'a server',
    probeTimeoutMs: 30,
    onWarning() {},
    ...options,
  }).then(
    async (connection) => {
      await connection.close()
      return connection
    },
    (error: unknown) => error,
  )
  return { outcome, said }
}

const eraOf = (outcome: unknown) => (outcome as { era?: string }).era

test('VER-08: a modern peer is asked once', async () => {
  const { outcome, said } = await attempt(modern)
  assert.equal(eraOf(outcome), 'modern')
  assert.deepEqual(said, [['server/discover']])
})

const refusals: readonly [string, Answer][] = [
  ['method not found', { error: { code: -32601 } }],
  ['invalid params', { error: { code: -32602 } }],
  ['an error of its own', { error: { code: -32000 } }],
  ['a result that says nothing', { result: {} }],
  ['silence', 'silence'],
]

for (const [name, refusal] of refusals) {
  test(`VER-10, STDIO-16: a peer that answers the probe by ${name} is legacy, in the same process`, async () => {
    const { outcome, said } = await attempt(legacy(refusal))
    assert.equal(eraOf(outcome), 'legacy')
    assert.deepEqual(said, [['server/discover', 'initialize']])
  })
}

test('a peer that dies of the probe is started anew and greeted', async () => {
  const { outcome, said } = await attempt(legacy('exit'))
  assert.equal(eraOf(outcome), 'legacy')
  assert.deepEqual(said, [['server/discover'], ['initialize']])
})

test('a peer that answers the probe and dies then is started anew too', async () => {
  const { outcome, said } = await attempt((method, start) => {
    if (start === 1 && method === 'initialize') return 'exit'
    return legacy({ error: { code: -32601 } })(method, start)
  })
  assert.equal(eraOf(outcome), 'legacy')
  assert.deepEqual(said, [['server/discover', 'initialize'], ['initialize']])
})

test('VER-09: a modern error is never answered by initialize', async () => {
  for (const code of [-32020, -32021, -32022]) {
    const error = { code, data: { supported: ['2099-01-01'] } }
    const { outcome, said } = await attempt(() => ({ error }))
    assert.ok(outcome instanceof ConnectError)
    assert.ok(!said.flat().includes('initialize'))
  }
})

test('a peer that speaks no era is told about in full', async () => {
  const { outcome } = await attempt(() => ({ error: { code: -32601 } }))
  assert.ok(outcome instanceof ConnectError)
  assert.match(outcome.message, /a server\n {2}1\. server\/discover .*\n {2}2\. initialize/)
})

test('a slow answer to the probe does not disturb the legacy session', async () => {
  const [near, far] = joinedPipes()
  void (async () => {
    for await (const message of far.incoming) {
      if (!('method' in message) || !('id' in message)) continue
      if (message.method === 'server/discover') {
        setTimeout(() => far.send({ jsonrpc: '2.0', id: message.id, result: {} }), 40)
        continue
      }
      const result = { protocolVersion: '2025-06-18', capabilities: {}, tools: ['x'] }
      setTimeout(() => far.send({ jsonrpc: '2.0', id: message.id, result }), 40)
    }
  })()
  const connection = await negotiatePipe(() => near, { target: 'slow', probeTimeoutMs: 10 })
  const result = await connection.handler({
    method: 'tools/list',
    params: {},
    meta: { protocolVersion: '', clientCapabilities: {} },
    signal: new AbortController().signal,
    notify() {},
  })
  assert.deepEqual(result['tools'], ['x'])
  await connection.close()
})

test('an abort ends the probe', async () => {
  const { outcome } = await attempt(() => 'silence', {
    signal: AbortSignal.timeout(10),
    probeTimeoutMs: 5000,
  })
  assert.equal((outcome as Error).name, 'TimeoutError')
})

test('a verdict spares the probe, and one that has become wrong is found out again', async () => {
  const store: Store = createMemoryStore()
  const kept = { store, key: 'x' }
  await attempt(legacy('exit'), kept)
  const second = await attempt(legacy('exit'), kept)
  assert.deepEqual(second.said, [['initialize']])
  const updated = await attempt(modern, kept)
  assert.equal(eraOf(updated.outcome), 'modern')
  assert.deepEqual(updated.said, [['initialize'], ['server/discover']])
})
