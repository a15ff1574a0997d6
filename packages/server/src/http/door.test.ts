import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Call,
  deferred,
  ErrorCode,
  type Handler,
  invalidParams,
  metaKeys,
  methodNotFound,
  missingCapability,
  type Result,
  requestHeaders,
  withEncoded,
} from '@lutra/core'
import { createDoor, type DoorOptions } from './door.ts'
import type { HttpReply, HttpRequest, PlainReply, Sink } from './exchange.ts'

const version = '2026-07-28'
const envelope = { [metaKeys.protocolVersion]: version, [metaKeys.clientCapabilities]: {} }

type Headers = Record<string, string | undefined>

interface Sent {
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly body?: unknown
  readonly raw?: string | Uint8Array
  readonly headers?: Headers
  readonly http?: string
  readonly onGone?: (listen: () => void) => void
}

/** A valid request with some of it replaced. */
function request(sent: Sent = {}): HttpRequest {
  const { method = 'tools/list', params = { _meta: envelope } } = sent
  const body = 'body' in sent ? sent.body : { jsonrpc: '2.0', id: 1, method, params }
  const raw = sent.raw ?? JSON.stringify(body)
  const headers: Headers = {
    host: 'localhost:3000',
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...requestHeaders(method, params, { protocolVersion: version }),
    ...sent.headers,
  }
  return {
    method: sent.http ?? 'POST',
    url: '/mcp',
    header: (name) => headers[name],
    body: typeof raw === 'string' ? new TextEncoder().encode(raw) : raw,
    onGone: sent.onGone ?? (() => {}),
  }
}

const echo: Handler = async (call) => ({ resultType: 'complete', method: call.method })

async function exchange(sent: Sent, handler: Handler = echo, options: DoorOptions = {}) {
  const reply = plain(await createDoor(handler, options).enter(request(sent)))
  const text = reply.body as string | undefined
  const json = text?.[0] === '{' ? JSON.parse(text) : undefined
  return { status: reply.status, headers: reply.headers, json, code: json?.error?.code }
}

function plain(reply: HttpReply): PlainReply {
  assert.ok(!('stream' in reply), 'expected a plain reply')
  return reply
}

async function expectError(
  sent: Sent,
  expected: [status: number, code: number],
  options?: DoorOptions,
) {
  const got = await exchange(sent, echo, options)
  assert.deepEqual([got.status, got.code], expected, JSON.stringify(got.json))
  return got
}

test('[WIRE-08, WIRE-10] a request is answered with its id and its type of id', async () => {
  for (const id of [1, 0, '1', '', 'ü"\n']) {
    const { status, json, headers } = await exchange({
      body: { jsonrpc: '2.0', id, method: 'tools/list', params: { _meta: envelope } },
    })
    assert.equal(status, 200)
    assert.equal(headers['content-type'], 'application/json')
    assert.deepEqual(json, {
      jsonrpc: '2.0',
      id,
      result: { resultType: 'complete', method: 'tools/list' },
    })
  }
})

test('a handler gets the call with everything on it', async () => {
  let seen: Call | undefined
  await exchange(
    { params: { _meta: envelope, cursor: 'c' }, headers: { 'x-own': 'v' } },
    async (call) => {
      seen = call
      return { resultType: 'complete' }
    },
  )
  assert.equal(seen?.id, 1)
  assert.equal(seen?.params['cursor'], 'c')
  assert.equal(seen?.meta.protocolVersion, version)
  assert.equal(seen?.header?.('x-own'), 'v')
})

test('a body that cannot be read is refused without an id', async () => {
  const bad = [
    '',
    '{',
    'nonsense',
    '{"jsonrpc":"2.0",}',
    '\u0000',
    '[',
    '"',
    Uint8Array.of(0x22, 0xff, 0x22),
  ]
  for (const raw of bad) {
    const { json } = await expectError({ raw }, [400, ErrorCode.parse])
    assert.ok(!('id' in json))
  }
})

test('deep JSON is refused, wide and long JSON is not', async () => {
  const nest = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
  const message = (inner: string) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":${JSON.stringify(envelope)},"x":${inner}}}`
  await expectError({ raw: message(nest(200)) }, [400, ErrorCode.parse])
  await expectError({ raw: nest(1_000_000) }, [400, ErrorCode.parse])
  assert.equal((await exchange({ raw: message(nest(100)) })).status, 200)
  assert.equal((await exchange({ raw: message(`[${'[],'.repeat(9999)}[]]`) })).status, 200)
  assert.equal((await exchange({ raw: message(JSON.stringify('[{"\\'.repeat(5000))) })).status, 200)
  await expectError({ raw: message(nest(20)) }, [400, ErrorCode.parse], { maxDepth: 10 })
})

test('what is no JSON-RPC request is refused, with the id where it has one', async () => {
  const bodies: unknown[] = [
    null,
    1,
    'x',
    [],
    [{ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: envelope } }],
    {},
    { jsonrpc: '1.0', id: 1, method: 'x' },
    { jsonrpc: '2.0', id: null, method: 'x' },
    { jsonrpc: '2.0', id: 1.5, method: 'x' },
    { jsonrpc: '2.0', id: {}, method: 'x' },
    { jsonrpc: '2.0', id: 1, method: 7 },
    { jsonrpc: '2.0', id: 1, method: 'x', params: [] },
    { jsonrpc: '2.0', id: 1, result: {} },
    { jsonrpc: '2.0', id: 1, error: { code: 1, message: '' } },
  ]
  for (const body of bodies) await expectError({ body }, [400, ErrorCode.invalidRequest])
  const { json } = await expectError({ body: { id: 'me', method: 'x' } }, [
    400,
    ErrorCode.invalidRequest,
  ])
  assert.equal(json.id, 'me')
})

test('other content than JSON gets 415', async () => {
  for (const type of [
    undefined,
    'text/plain',
    'application/jsonp',
    'application/x-www-form-urlencoded',
  ]) {
    await expectError({ headers: { 'content-type': type } }, [415, ErrorCode.invalidRequest])
  }
  for (const type of [
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/json ;x=y',
  ]) {
    assert.equal((await exchange({ headers: { 'content-type': type } })).status, 200)
  }
})

test('a client that does not read both kinds of reply gets 406', async () => {
  for (const accept of [
    'application/json',
    'text/event-stream',
    'text/html',
    '',
    'text/event-stream, */*;q=0',
  ]) {
    await expectError({ headers: { accept } }, [406, ErrorCode.invalidRequest])
  }
  for (const accept of [
    undefined,
    '*/*',
    'text/event-stream,application/json',
    'Application/*;q=0.5, text/*',
  ]) {
    assert.equal((await exchange({ headers: { accept } })).status, 200)
  }
})

test('[HTTP-15, WIRE-14] a notification is accepted, with an empty body, whatever its headers', async () => {
  const body = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }
  for (const headers of [{}, { 'mcp-method': undefined, 'mcp-protocol-version': undefined }]) {
    const { status, json } = await exchange({ body, headers })
    assert.deepEqual([status, json], [202, undefined])
  }
})

test('[HTTP-01] GET, DELETE and the rest get 405 and are told of POST', async () => {
  for (const http of ['GET', 'DELETE', 'PUT', 'OPTIONS']) {
    const { headers } = await expectError({ http }, [405, ErrorCode.invalidRequest])
    assert.equal(headers['allow'], 'POST')
  }
})

test('[WIRE-34] each field that _meta must have is missed by name', async () => {
  const cases: [unknown, RegExp][] = [
    [undefined, /_meta/],
    [7, /_meta/],
    [{}, /protocolVersion/],
    [{ [metaKeys.clientCapabilities]: {} }, /protocolVersion/],
    [{ ...envelope, [metaKeys.protocolVersion]: 7 }, /protocolVersion/],
    [{ [metaKeys.protocolVersion]: version }, /clientCapabilities/],
    [{ ...envelope, [metaKeys.clientCapabilities]: [] }, /clientCapabilities/],
    [{ ...envelope, progressToken: {} }, /progressToken/],
    [{ ...envelope, [metaKeys.logLevel]: 'loud' }, /logLevel/],
  ]
  for (const [_meta, message] of cases) {
    const { json } = await expectError({ params: { _meta } }, [400, ErrorCode.invalidParams])
    assert.match(json.error.message, message)
    assert.equal(json.id, 1)
  }
})

test('[HTTP-29] the version header is compared before the version is judged', async () => {
  const old = { _meta: { ...envelope, [metaKeys.protocolVersion]: '2099-01-01' } }
  await expectError({ params: old }, [400, ErrorCode.headerMismatch])
  await expectError({ headers: { 'mcp-protocol-version': undefined } }, [
    400,
    ErrorCode.headerMismatch,
  ])
  const { json } = await expectError(
    { params: old, headers: { 'mcp-protocol-version': '2099-01-01' } },
    [400, ErrorCode.unsupportedVersion],
  )
  assert.deepEqual(json.error.data, { supported: [version], requested: '2099-01-01' })
})

test('[HTTP-32, VER-01] the version is judged before the rest of _meta, and that before the other headers', async () => {
  const bare = { _meta: { [metaKeys.protocolVersion]: '2024-11-05' } }
  await expectError(
    { params: bare, headers: { 'mcp-protocol-version': '2024-11-05', 'mcp-method': 'x' } },
    [400, ErrorCode.unsupportedVersion],
  )
  await expectError(
    { params: { _meta: { [metaKeys.protocolVersion]: version } }, headers: { 'mcp-method': 'x' } },
    [400, ErrorCode.invalidParams],
  )
})

test('[HTTP-60, HTTP-61] method and name headers must say what the body says', async () => {
  const params = { _meta: envelope, name: 'add' }
  for (const headers of [
    { 'mcp-method': undefined },
    { 'mcp-method': 'tools/list' },
    { 'mcp-name': undefined },
    { 'mcp-name': 'sub' },
    { 'mcp-name': 'add, add' },
    { 'mcp-name': '=?base64?YWR?=' },
  ]) {
    await expectError({ method: 'tools/call', params, headers }, [400, ErrorCode.headerMismatch])
  }
  const sent = { method: 'tools/call', params, headers: { 'mcp-name': '=?base64?YWRk?=' } }
  assert.equal((await exchange(sent)).status, 200)
})

test('[VER-07] a client of the older era is told which versions are spoken', async () => {
  const { json } = await expectError(
    {
      body: {
        jsonrpc: '2.0',
        id: 0,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18' },
      },
      headers: { 'mcp-protocol-version': undefined, 'mcp-method': undefined },
    },
    [400, ErrorCode.unsupportedVersion],
  )
  assert.equal(json.id, 0)
  assert.deepEqual(json.error.data, { supported: [version], requested: '2025-06-18' })
})

test('[VER-15] the body claim alone decides who goes to the older era', async () => {
  const taken: unknown[] = []
  const options: DoorOptions = {
    legacyDoor: async (_request, message) => {
      taken.push(message)
      return { status: 299, headers: {} }
    },
  }
  const bare = { 'mcp-protocol-version': undefined, 'mcp-method': undefined }
  const initialize = { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} }
  const answer = { jsonrpc: '2.0', id: 1, result: {} }
  for (const body of [
    initialize,
    answer,
    [initialize],
    { jsonrpc: '2.0', method: 'notifications/initialized' },
  ]) {
    assert.equal((await exchange({ body, headers: bare }, echo, options)).status, 299)
    assert.deepEqual(taken.pop(), body)
  }
  const later = { ...bare, 'mcp-protocol-version': '2025-06-18' }
  assert.equal((await exchange({ body: initialize, headers: later }, echo, options)).status, 299)
  for (const http of ['GET', 'DELETE']) {
    assert.equal((await exchange({ http }, echo, options)).status, 299)
  }
  taken.length = 0
  await expectError({ body: initialize }, [400, ErrorCode.invalidParams], options)
  await expectError({ body: answer }, [400, ErrorCode.invalidRequest], options)
  const claiming = { ...initialize, params: { _meta: envelope } }
  await expectError({ body: [claiming], headers: bare }, [400, ErrorCode.invalidRequest], options)
  await expectError({ body: claiming, headers: bare }, [400, ErrorCode.headerMismatch], options)
  assert.equal((await exchange({ method: 'initialize' }, echo, options)).status, 200)
  assert.deepEqual(taken, [])
})

test('[WIRE-11, UTIL-37] errors of a handler have their status, and others are masked', async () => {
  const told: unknown[] = []
  const cases: [unknown, number, number][] = [
    [methodNotFound('x'), 404, ErrorCode.methodNotFound],
    [missingCapability({ elicitation: {} }), 400, ErrorCode.missingCapability],
    [invalidParams('unknown tool'), 200, ErrorCode.invalidParams],
    [new Error('password is hunter2'), 200, ErrorCode.internal],
    ['thrown text', 200, ErrorCode.internal],
  ]
  for (const [reason, status, code] of cases) {
    for (const handler of [
      async () => Promise.reject(reason),
      () => {
        throw reason
      },
    ]) {
      const servable = Object.assign(handler as Handler, {
        onError: (error: unknown) => told.push(error),
      })
      const got = await exchange({}, servable)
      assert.deepEqual([got.status, got.code, got.json.id], [status, code, 1])
      assert.doesNotMatch(JSON.stringify(got.json), /hunter2|thrown text/)
    }
  }
  assert.equal(told.length, 4)
})

test('a result that has no JSON is an internal error', async () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  for (const result of [{ big: 1n }, circle, undefined, 7, null]) {
    const got = await exchange({}, async () => result as Result)
    assert.deepEqual([got.status, got.code], [200, ErrorCode.internal])
  }
})

test('a result that brings its own text is sent as it is', async () => {
  const { json } = await exchange({}, async () =>
    withEncoded({ resultType: 'complete' }, '{"own":1}'),
  )
  assert.deepEqual(json.result, { own: 1 })
})

function openSink() {
  const { promise: over, resolve: end } = deferred<void>()
  const state = { text: '', ended: false }
  const sink: Sink = {
    write: (text) => {
      state.text += text
      return true
    },
    end: () => {
      state.ended = true
      end()
    },
  }
  return { sink, state, over }
}

test('[HTTP-14] the first notification opens an event stream, and the result ends it', async () => {
  const handler: Handler = async (call) => {
    call.notify({ method: 'notifications/progress', params: { n: 1 } })
    await new Promise((resolve) => setTimeout(resolve, 5))
    call.notify({ method: 'notifications/progress', params: { n: 2 } })
    return { resultType: 'complete' }
  }
  const reply = await createDoor(handler).enter(request())
  assert.ok('stream' in reply)
  assert.equal(reply.status, 200)
  assert.deepEqual(reply.headers, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  })
  const { sink, state, over } = openSink()
  reply.stream(sink)
  await over
  assert.equal(
    state.text,
    [
      '{"jsonrpc":"2.0","method":"notifications/progress","params":{"n":1}}',
      '{"jsonrpc":"2.0","method":"notifications/progress","params":{"n":2}}',
      '{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete"}}',
    ]
      .map((data) => `event: message\ndata: ${data}\n\n`)
      .join(''),
  )
})

test('an error after the first notification comes on the stream, masked', async () => {
  const handler: Handler = async (call) => {
    call.notify({ method: 'notifications/progress' })
    throw new Error('secret')
  }
  const reply = await createDoor(handler).enter(request())
  assert.ok('stream' in reply)
  const { sink, state } = openSink()
  reply.stream(sink)
  await new Promise((resolve) => setImmediate(resolve))
  assert.ok(state.ended)
  assert.match(state.text, /"code":-32603/)
  assert.doesNotMatch(state.text, /secret/)
})

test('nothing goes out after the result', async () => {
  let late: Call | undefined
  const reply = await createDoor(async (call: Call) => {
    late = call
    return { resultType: 'complete' }
  }).enter(request())
  late?.notify({ method: 'notifications/progress' })
  assert.ok(!('stream' in reply))
})

test('the signal aborts when the client is gone, also for who asks late, and nothing is reported', async () => {
  const told: unknown[] = []
  let leave = () => {}
  let listeners = 0
  const onGone = (listen: () => void) => {
    listeners++
    leave = listen
  }
  const handler = Object.assign(
    (call: Call) =>
      new Promise<Result>((_, reject) => {
        call.signal.addEventListener('abort', () => reject(call.signal.reason))
      }),
    { onError: (error: unknown) => told.push(error) },
  )
  const pending = createDoor(handler).enter(request({ onGone }))
  await new Promise((resolve) => setImmediate(resolve))
  leave()
  await pending
  assert.deepEqual([told, listeners], [[], 1])
})

test('a call that nobody wants to cancel makes no listener', async () => {
  let listeners = 0
  await createDoor(echo).enter(request({ onGone: () => listeners++ }))
  assert.equal(listeners, 0)
})

test('names from outside cannot reach a prototype', async () => {
  const raw = `{"jsonrpc":"2.0","id":1,"method":"__proto__","params":{"_meta":${JSON.stringify(envelope)},"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}`
  const got = await exchange({ raw, headers: { 'mcp-method': '__proto__' } })
  assert.equal(got.status, 200)
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
})
