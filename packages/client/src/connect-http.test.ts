import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore } from '@lutra/core'
import { ConnectError, connectHttp, type EraOptions } from './connect-http.ts'

interface Asked {
  readonly verb: string
  readonly method: string | undefined
  readonly id: unknown
}

type Answer = Response | Error | undefined

const url = 'https://example.test/mcp?secret=1'
const json = (value: object, status = 200) =>
  new Response(JSON.stringify({ jsonrpc: '2.0', ...value }), {
    status,
    headers: { 'content-type': 'application/json' },
  })
const failing = (status: number, code?: number, data?: object) =>
  code === undefined
    ? new Response('no', { status })
    : json({ id: null, error: { code, message: 'no', data } }, status)

const modern = ({ method, id }: Asked): Answer =>
  method === 'server/discover'
    ? json({
        id,
        result: {
          resultType: 'complete',
          supportedVersions: ['2026-07-28'],
          capabilities: {},
          ttlMs: 0,
          cacheScope: 'public',
        },
      })
    : failing(400, -32020)

const legacy =
  (refusal: () => Response) =>
  ({ verb, method, id }: Asked): Answer => {
    if (method === 'initialize') {
      const result = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: {} }
      return json({ id, result })
    }
    if (verb === 'GET') return failing(405)
    return method === 'server/discover' ? refusal() : new Response(null, { status: 202 })
  }

async function attempt(server: (asked: Asked) => Answer, options: EraOptions = {}) {
  const asked: Asked[] = []
  const fetch = async (_: unknown, init: RequestInit = {}) => {
    const message = typeof init.body === 'string' ? JSON.parse(init.body) : undefined
    const one: Asked = { verb: init.method ?? 'GET', method: message?.method, id: message?.id }
    asked.push(one)
    const answer = server(one)
    if (answer instanceof Response) return answer
    throw answer ?? new TypeError('fetch failed')
  }
  const outcome = await connectHttp(url, {
    store: createMemoryStore(),
    ...options,
    fetch: fetch as typeof globalThis.fetch,
    onWarning() {},
  }).then(
    async (connection) => {
      await connection.close()
      return connection
    },
    (error: unknown) => error,
  )
  return { outcome, said: asked.map(({ verb, method }) => method ?? verb) }
}

const eraOf = (outcome: unknown) => (outcome as { era?: string }).era

test('a modern server is reached with one request', async () => {
  const { outcome, said } = await attempt(modern)
  assert.equal(eraOf(outcome), 'modern')
  assert.deepEqual(said, ['server/discover'])
})

const refusals: readonly [string, () => Response][] = [
  ['400 with an error of its own', () => failing(400, -32000)],
  ['400 without a body', () => failing(400)],
  ['404 with a session error', () => failing(404, -32001)],
  ['404 and method not found', () => failing(404, -32601)],
  ['405', () => failing(405)],
  ['200 and method not found, as servers without sessions say', () => failing(200, -32601)],
  ['400 and invalid params', () => failing(400, -32602)],
]

for (const [name, refusal] of refusals) {
  test(`VER-12: a server that refuses discovery by ${name} is legacy`, async () => {
    const { outcome, said } = await attempt(legacy(refusal))
    assert.equal(eraOf(outcome), 'legacy')
    assert.deepEqual(said.slice(0, 3), [
      'server/discover',
      'initialize',
      'notifications/initialized',
    ])
  })
}

const modernErrors: readonly [number, number, object?][] = [
  [400, -32022, { supported: ['2027-01-01'], requested: '2026-07-28' }],
  [400, -32020],
  [400, -32021, { requiredCapabilities: {} }],
]

for (const [status, code, data] of modernErrors) {
  test(`VER-12: the modern error ${code} is never answered by initialize`, async () => {
    const { outcome, said } = await attempt(() => failing(status, code, data))
    assert.ok(outcome instanceof ConnectError)
    assert.ok(!said.includes('initialize'))
  })
}

const silences: readonly [string, () => Answer, RegExp][] = [
  ['401', () => failing(401), /authorize/],
  ['403', () => failing(403, -32000), /authorize/],
  ['500', () => failing(500, -32000), /later/],
  ['503', () => failing(503), /later/],
  ['no network', () => new TypeError('fetch failed'), /reached/],
]

for (const [name, answer, advice] of silences) {
  test(`${name} says nothing about the era`, async () => {
    const { outcome, said } = await attempt(answer)
    assert.ok(outcome instanceof ConnectError)
    assert.match(outcome.message, advice)
    assert.deepEqual(said, ['server/discover'])
  })
}

test('VER-13: a server of the oldest transport is found last', async () => {
  const text = 'event: endpoint\ndata: /post\n\n'
  const { outcome, said } = await attempt(({ verb }) =>
    verb === 'GET'
      ? new Response(text, { headers: { 'content-type': 'text/event-stream' } })
      : failing(405),
  )
  assert.deepEqual(said.slice(0, 3), ['server/discover', 'initialize', 'GET'])
  // The stream of this one ends after the endpoint, and the error says all that was tried.
  assert.ok(outcome instanceof ConnectError)
  assert.deepEqual(
    outcome.tried.map(({ what }) => what.split(' ')[0]),
    ['server/discover', 'initialize', 'GET'],
  )
})

test('where nothing is, the error tells what was tried without the query of the URL', async () => {
  const { outcome, said } = await attempt(() => failing(404))
  assert.deepEqual(said, ['server/discover', 'initialize', 'GET'])
  assert.ok(outcome instanceof ConnectError)
  assert.match(outcome.message, /example\.test\/mcp\n {2}1\. .*404.*2\. .*3\. .*address/s)
  assert.doesNotMatch(outcome.message, /secret/)
})

test('VER-06: a verdict is kept with its date, and the next connection needs no probe', async () => {
  const store = createMemoryStore()
  const server = legacy(() => failing(400))
  await attempt(server, { store })
  const [entry] = await store.list('era:')
  assert.equal(entry?.key, 'era:https://example.test/mcp')
  const value = entry?.value as { way: string; at: string }
  assert.equal(value.way, 'legacy')
  assert.ok(!Number.isNaN(Date.parse(value.at)))
  const { said } = await attempt(server, { store })
  assert.equal(said[0], 'initialize')
})

test('VER-06: a verdict that has become wrong is found out again', async () => {
  const store = createMemoryStore()
  await attempt(
    legacy(() => failing(400)),
    { store },
  )
  const updated = await attempt(modern, { store })
  assert.equal(eraOf(updated.outcome), 'modern')
  assert.deepEqual(updated.said, ['initialize', 'server/discover'])
  const back = await attempt(
    legacy(() => failing(400)),
    { store },
  )
  assert.equal(eraOf(back.outcome), 'legacy')
})

test('VER-06: who insists on the older era leaves no verdict about a server that may speak both', async () => {
  const store = createMemoryStore()
  const server = legacy(() => failing(400))
  await attempt(server, { store, era: 'legacy' })
  assert.deepEqual(await store.list('era:'), [])
})

test('a server that is down leaves its verdict alone', async () => {
  const store = createMemoryStore()
  await attempt(
    legacy(() => failing(400)),
    { store },
  )
  const { said } = await attempt(() => failing(503), { store })
  assert.deepEqual(said, ['initialize'])
  const again = await attempt(
    legacy(() => failing(400)),
    { store },
  )
  assert.equal(again.said[0], 'initialize')
})

test('an era can be insisted on', async () => {
  const one = await attempt(
    legacy(() => failing(400)),
    { era: 'modern' },
  )
  assert.ok(one.outcome instanceof ConnectError)
  assert.deepEqual(one.said, ['server/discover'])
  const other = await attempt(
    legacy(() => failing(400)),
    { era: 'legacy' },
  )
  assert.equal(eraOf(other.outcome), 'legacy')
  assert.equal(other.said[0], 'initialize')
})
