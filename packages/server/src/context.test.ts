import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Call } from '@lutra/core'
import { type Context, createServer, type ServerOptions, tool } from '@lutra/server'
import { callOf, turn } from '../test/calls.ts'

/** Runs a body as a tool, and gives what was told about its call. */
async function run(
  body: (ctx: Context<object>) => unknown,
  changes: Partial<Call> = {},
  options: Partial<ServerOptions> = {},
) {
  const server = createServer({
    name: 'test',
    version: '1',
    tools: [tool({ name: 't', description: 'x', run: (_args, ctx) => body(ctx) as string })],
    logger: { warn() {}, error() {} },
    ...options,
  } as ServerOptions)
  const call = callOf('tools/call', { name: 't' }, changes)
  const result = await server(call)
  return { result, told: call.told }
}

const metaOf = (more: object): Partial<Call> => ({
  meta: { protocolVersion: '2026-07-28', clientCapabilities: {}, ...more },
})

const values = ({ told }: { told: Call['params'][] | readonly object[] }) =>
  told.map((one) => (one as { params: { progress: number } }).params.progress)

test('[UTIL-02, UTIL-03] progress goes to who gave a token, 0 and "" included, and only grows', async () => {
  for (const progressToken of [0, '', 'x', 7]) {
    const { told } = await run(({ progress }) => {
      progress(0.5, 2, 'half')
      progress(0.5)
      progress(0.25)
      progress(Number.NaN)
      progress(Number.POSITIVE_INFINITY)
      progress(2, 2)
      progress(3)
    }, metaOf({ progressToken }))
    const method = 'notifications/progress'
    assert.deepEqual(told, [
      { method, params: { progressToken, progress: 0.5, total: 2, message: 'half' } },
      { method, params: { progressToken, progress: 2, total: 2 } },
      { method, params: { progressToken, progress: 3 } },
    ])
  }
  assert.deepEqual((await run((ctx) => ctx.progress(1))).told, [])
})

test('[UTIL-04] nothing is told of a call that has ended', async () => {
  let late: Context<object> | undefined
  const { told } = await run(
    (ctx) => {
      late = ctx
      ctx.progress(1)
      ctx.log.error('in time')
    },
    metaOf({ progressToken: 1, logLevel: 'debug' }),
  )
  late?.progress(2)
  late?.log.error('late')
  await turn()
  assert.equal(told.length, 2)
})

test('[UTIL-05] progress is rate-limited, but the last of it is told', async () => {
  const told = await run(
    ({ progress }) => {
      for (let done = 1; done <= 10_000; done++) progress(done, 10_000)
    },
    metaOf({ progressToken: 1 }),
    { limits: { notificationsPerSecond: 10 } },
  )
  const seen = values(told)
  assert.ok(seen.length >= 11 && seen.length < 1000)
  assert.equal(seen.at(-1), 10_000)
})

test('[UTIL-33, UTIL-34] log messages go to who asked for their level, from there upwards', async () => {
  const { told } = await run(
    ({ log }) => {
      log.debug('1')
      log.notice('2')
      log.warning('3')
      log.emergency('4', { why: 'x' })
    },
    metaOf({ logLevel: 'warning' }),
  )
  const method = 'notifications/message'
  assert.deepEqual(told, [
    { method, params: { level: 'warning', data: '3' } },
    { method, params: { level: 'emergency', data: { message: '4', data: { why: 'x' } } } },
  ])
  const silent = await run(({ log }) => log.emergency('x'))
  assert.deepEqual(silent.told, [])
  const off = await run(({ log }) => log.emergency('x'), metaOf({ logLevel: 'debug' }), {
    logging: false,
  })
  assert.deepEqual(off.told, [])
})

test('a handler sees its caller: meta, trace, auth, headers', async () => {
  const trace = {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    tracestate: 'a=b',
    baggage: 'c=d',
  }
  const auth = { subject: 'ada', scopes: ['x'], claims: {} }
  const { result } = await run(
    ({ auth, header, meta, trace, vars }) => ({
      auth,
      trace,
      vars,
      version: meta.protocolVersion,
      header: header?.('x-name'),
    }),
    { ...metaOf(trace), auth, header: (name) => name.toUpperCase() },
  )
  assert.deepEqual(result['structuredContent'], {
    auth,
    trace,
    vars: {},
    version: '2026-07-28',
    header: 'X-NAME',
  })
  const bare = await run(({ auth, header, trace }) => [auth, header, trace])
  assert.deepEqual(bare.result['structuredContent'], [undefined, undefined, {}])
})

test('the signal is that of the call, looked at by nobody else', async () => {
  const server = createServer({
    name: 'test',
    version: '1',
    tools: [
      tool({ name: 't', description: 'x', run: (_args, { signal }) => String(signal.aborted) }),
    ],
  })
  const call = callOf('tools/call', { name: 't' })
  call.cancel()
  assert.deepEqual((await server(call))['content'], [{ type: 'text', text: 'true' }])
})

test('[LIFE-04] what goes away warns once in a process, and says what to use', async () => {
  const warnings: string[] = []
  const logger = { warn: (message: string) => void warnings.push(message), error() {} }
  const warned = warnings.length
  for (let turn = 0; turn < 3; turn++) {
    await run(
      async (ctx) => {
        await ctx.sample('s', { messages: [], maxTokens: 1 }).catch(() => {})
        await ctx.roots()
      },
      {},
      { logger },
    )
  }
  assert.deepEqual(warnings.slice(warned), [
    "ctx.sample is deprecated: call a model's API from the server",
    'ctx.roots is deprecated: take paths as tool arguments',
  ])
})
