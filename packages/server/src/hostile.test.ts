/** Params of every shape: each gets a result or an error of the peer's making, and the operator is not disturbed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RpcError } from '@lutra/core'
import { createServer, prompt, resource, tool } from '@lutra/server'
import fc from 'fast-check'
import { z } from 'zod'
import { callOf } from '../test/calls.ts'

const errors: unknown[] = []
const server = createServer({
  name: 'test',
  version: '1',
  pageSize: 1,
  onError: (error) => errors.push(error),
  tools: [
    tool({
      name: 'zod',
      description: 'x',
      input: z.object({ a: z.string().optional(), b: z.array(z.number()).optional() }),
      run: (args) => args,
    }),
    tool({
      name: 'raw',
      description: 'x',
      input: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
      run: (args) => ({ ...args }),
    }),
    tool({
      name: 'asks',
      description: 'x',
      run: async (_args, ctx) => ctx.ask('who', 'Who?', z.object({ name: z.string() })),
    }),
  ],
  prompts: [prompt({ name: 'p', input: z.object({ a: z.enum(['x', 'y']) }), render: () => 'p' })],
  resources: [
    resource({ uri: 'a://b', read: () => 'b' }),
    resource({ uri: 'u://{org}/{+path}{?q*}', read: (params) => ({ ...params }) }),
  ],
})

const word = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'zod',
    'raw',
    'asks',
    'p',
    'a',
    'b',
    'a://b',
    'u://x/y?q=1',
    'u://%/',
    '__proto__',
    'constructor',
  ),
  fc.constantFrom('ref/prompt', 'ref/resource', 'YWZ0ZXI6em9k', 'accept', 'toString'),
)
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    word,
    fc.integer(),
    fc.double(),
    fc.constantFrom(null, true, false),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(word, tie('any'), { maxKeys: 3 }),
  ),
})).any
const either = <T>(good: fc.Arbitrary<T>) => fc.oneof(good, value, fc.constant(undefined))
const params = fc.record({
  name: either(word),
  uri: either(word),
  arguments: either(fc.dictionary(word, value, { maxKeys: 3 })),
  cursor: either(fc.string()),
  ref: either(fc.record({ type: word, name: either(word), uri: either(word) })),
  argument: either(fc.record({ name: either(word), value: either(word) })),
  context: either(fc.record({ arguments: value })),
  notifications: either(
    fc.record({ toolsListChanged: either(fc.boolean()), resourceSubscriptions: value }),
  ),
  inputResponses: either(fc.record({ who: value })),
  requestState: either(fc.string()),
})
const method = fc.constantFrom(
  'server/discover',
  'tools/list',
  'tools/call',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'completion/complete',
  'subscriptions/listen',
  '__proto__',
)

test('malformed params are the fault of their sender', async () => {
  const gone = new AbortController()
  gone.abort()
  const meta = { protocolVersion: '2026-07-28', clientCapabilities: { elicitation: {} } }
  await fc.assert(
    fc.asyncProperty(method, params, async (name, given) => {
      // A subscription would never end by itself.
      const signal = name === 'subscriptions/listen' ? gone.signal : new AbortController().signal
      const sent = JSON.parse(JSON.stringify(given)) as Record<string, unknown>
      try {
        const result = await server(callOf(name, sent, { meta, signal }))
        assert.ok(JSON.stringify(result))
      } catch (error) {
        assert.ok(error instanceof RpcError, String(error))
        assert.ok([-32601, -32602].includes(error.code), `${error.code} ${error.message}`)
      }
      assert.deepEqual(errors, [])
    }),
    { numRuns: 3000 },
  )
})
