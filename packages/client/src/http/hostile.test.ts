import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RpcError } from '@lutra/core'
import fc from 'fast-check'
import { connectHttp } from '../modern.ts'
import { createClient } from '../words/create-client.ts'
import { ConnectionError, InvalidResponseError } from '../words/error.ts'
import { HttpError } from './http-error.ts'

const known = [RpcError, ConnectionError, InvalidResponseError, HttpError]

const odd = fc.oneof(fc.jsonValue(), fc.constantFrom('', '__proto__', -1, null, [null], [{}]))
const content = fc.oneof(
  odd,
  fc.array(fc.record({ type: fc.constantFrom('text', 'image', 3), text: odd }), { maxLength: 2 }),
  fc.constant([{ type: 'text', text: 'x' }]),
)
const tool = fc.record({
  name: fc.constantFrom('x', '__proto__', 3),
  inputSchema: fc.oneof(
    odd,
    fc.constant({ properties: { constructor: { type: 'string', 'x-mcp-header': 'A' } } }),
  ),
  outputSchema: fc.oneof(odd, fc.constantFrom({ $ref: '#' }, { $ref: 'http://a/' }, { type: 3 })),
})
const result = fc.record(
  {
    resultType: fc.constantFrom('complete', 'complete', 'complete', 'input_required', 'task', 3),
    content,
    structuredContent: odd,
    isError: odd,
    _meta: fc.constantFrom({}, {}, {}, 3),
    tools: fc.oneof(fc.array(tool, { maxLength: 3 }), odd),
    nextCursor: odd,
    inputRequests: fc.oneof(odd, fc.dictionary(fc.constantFrom('a', 'constructor'), odd)),
    requestState: odd,
    ttlMs: fc.constantFrom(-1, 1e300, '1', null, 5),
    cacheScope: fc.constantFrom('public', 'private', 3),
  },
  { requiredKeys: [] },
)
const sound = { resultType: 'complete', content: [], tools: [] }
/** A message with a right id: `ID` becomes the one of the call. */
const answer = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ result: sound }) },
  { weight: 4, arbitrary: fc.record({ result }) },
  { weight: 1, arbitrary: fc.record({ error: fc.record({ code: fc.integer(), message: odd }) }) },
  { weight: 1, arbitrary: fc.record({ error: odd, result: odd }) },
)
const good = answer.map((fields) => JSON.stringify({ jsonrpc: '2.0', id: 'ID', ...fields }))
const notice = fc
  .record({
    method: fc.constantFrom('notifications/progress', 'notifications/message', 'roots/list', 7),
    params: fc.oneof(odd, fc.record({ progressToken: fc.constant('ID'), progress: odd })),
  })
  .map((fields) => JSON.stringify({ jsonrpc: '2.0', ...fields }))
const junk = fc.oneof(fc.json(), fc.string({ unit: 'binary', maxLength: 40 }))

const reply = fc.oneof(
  fc.record({
    status: fc.constantFrom(200, 400),
    type: fc.constant('application/json'),
    body: fc.tuple(good),
  }),
  fc.record({
    status: fc.constant(200),
    type: fc.constant('text/event-stream'),
    body: fc.tuple(notice, good),
  }),
  fc.record({
    status: fc.constantFrom(200, 202, 301, 307, 400, 404, 503),
    type: fc.constantFrom('application/json', 'text/event-stream', 'text/html', ''),
    body: fc.array(fc.oneof(junk, notice, good), { maxLength: 3 }),
  }),
)

test('whatever a server sends, a call ends with a result or an error that says what', async () => {
  let next: { status: number; type: string; body: string[] } | undefined
  const fetch: typeof globalThis.fetch = async (_, init) => {
    const { id, method } = JSON.parse(String(init?.body))
    const own = { resultType: 'complete', supportedVersions: [], capabilities: {} }
    if (method === 'server/discover') return Response.json({ jsonrpc: '2.0', id, result: own })
    const { status, type, body } = next ?? { status: 200, type: '', body: [] }
    const stream = type === 'text/event-stream'
    const text = stream ? body.map((data) => `data: ${data}\n\n`).join('') : body.join('')
    const headers = { 'content-type': type }
    return new Response(text.replaceAll('"ID"', String(id)), { status, headers })
  }
  const options = {
    fetch,
    retries: 0,
    maxRounds: 1,
    maxPages: 3,
    answer: { elicit: () => ({ action: 'accept' as const }) },
    onWarning() {},
  }
  const client = createClient(await connectHttp('https://example.com/mcp', options), options)
  const ended = { well: 0, badly: 0 }
  await fc.assert(
    fc.asyncProperty(reply, async (one) => {
      next = one
      for (const call of [() => client.callTool('x'), () => client.listTools()]) {
        try {
          await call()
          ended.well += 1
        } catch (error) {
          ended.badly += 1
          if (!known.some((kind) => error instanceof kind)) throw error
        }
      }
    }),
    { numRuns: 1000 },
  )
  assert.ok(ended.well > 10 && ended.badly > 10, JSON.stringify(ended))
})
