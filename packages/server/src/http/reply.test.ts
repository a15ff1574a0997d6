import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreError, toRpcError } from '@lutra/core'
import { createServer, rateLimit, tool } from '@lutra/server'
import { serveHttp } from '@lutra/server/serve-http'

const shout = tool({ name: 'shout', description: 'x', run: () => 'ah' })

function call(fetch: (request: Request) => Promise<Response>): Promise<Response> {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 't', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  return fetch(
    new Request('http://localhost/mcp', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'shout',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'shout', _meta },
      }),
    }),
  )
}

test('who calls too often is told so by HTTP as well: 429, and when to come again', async () => {
  const limit = rateLimit({ perMinute: 1, now: () => 15_500 })
  const fetch = serveHttp(
    createServer({ name: 's', version: '1', tools: [shout], middleware: [limit] }),
  )
  assert.equal((await call(fetch)).status, 200)
  const refused = await call(fetch)
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('retry-after'), '45')
  const { error } = (await refused.json()) as { error: { code: number; data: unknown } }
  assert.equal(error.code, 429)
  assert.deepEqual(error.data, { retryAfterMs: 44_500 })
})

for (const [code, after, words] of [
  ['unavailable', '2', /^The store is away: try again later \(/],
  ['full', '30', /^The store has no room left \(/],
] as const) {
  test(`a store that is ${code} is told as that, without where it is: 503, and when to come again`, async () => {
    const told: unknown[] = []
    const server = createServer({
      name: 's',
      version: '1',
      tools: [shout],
      onError: (error) => told.push(error),
      middleware: [
        () => async () => {
          throw new StoreError('db.internal:5432 refused', { code })
        },
      ],
    })
    const refused = await call(serveHttp(server))
    assert.equal(refused.status, 503)
    assert.equal(refused.headers.get('retry-after'), after)
    const { error } = (await refused.json()) as { error: { code: number; message: string } }
    assert.equal(error.code, -32603)
    assert.match(error.message, words)
    assert.doesNotMatch(JSON.stringify(error), /internal:5432/)
    assert.match(String(told[0]), /internal:5432/)
  })
}

test('a fault of the server itself stays an internal error', () => {
  assert.match(
    toRpcError(new StoreError('too large', { code: 'invalid' })).message,
    /^Internal error/,
  )
  assert.equal(toRpcError(new Error('x')).data, undefined)
})
