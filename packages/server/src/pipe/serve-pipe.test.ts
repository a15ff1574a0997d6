import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Call,
  deferred,
  ErrorCode,
  type Handler,
  joinedPipes,
  type Message,
  metaKeys,
  type Pipe,
  type Result,
  RpcError,
} from '@lutra/core'
import { type PipeOptions, servePipe } from './serve-pipe.ts'

const envelope = {
  [metaKeys.protocolVersion]: '2026-07-28',
  [metaKeys.clientCapabilities]: {},
}

const complete: Result = { resultType: 'complete' }

function request(id: string | number, method = 'tools/list', params: Record<string, unknown> = {}) {
  return { jsonrpc: '2.0', id, method, params: { _meta: envelope, ...params } } as Message
}

function cancel(requestId: string | number): Message {
  return { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } }
}

/** A client's end, with what came out so far. */
function serve(handler: Handler, options?: PipeOptions) {
  const [ours, theirs] = joinedPipes()
  const got: Message[] = []
  const reading = (async () => {
    for await (const message of ours.incoming) got.push(message)
  })()
  const served = servePipe(handler, theirs, options).then(() => theirs.close())
  return {
    pipe: ours as Pipe & { send(message: unknown): void },
    got,
    async end() {
      ours.close()
      await served
      await reading
    },
  }
}

const settle = () => sleep(5)

test('[WIRE-08] requests are answered side by side, each with its id', async () => {
  const slow = deferred<Result>()
  const { pipe, got, end } = serve((call) =>
    call.method === 'slow' ? slow.promise : Promise.resolve(complete),
  )
  pipe.send(request(1, 'slow'))
  pipe.send(request('1', 'quick'))
  await settle()
  assert.deepEqual(got, [{ jsonrpc: '2.0', id: '1', result: complete }])
  slow.resolve(complete)
  await settle()
  assert.deepEqual(got[1], { jsonrpc: '2.0', id: 1, result: complete })
  await end()
})

test('notifications about a call come before its answer, none after', async () => {
  let late: Call | undefined
  const { pipe, got, end } = serve(async (call) => {
    late = call
    call.notify({ method: 'notifications/progress', params: { progressToken: 1 } })
    return complete
  })
  pipe.send(request(1))
  await settle()
  late?.notify({ method: 'notifications/progress' })
  await settle()
  assert.deepEqual(
    got.map((message) => ('method' in message ? message.method : 'answer')),
    ['notifications/progress', 'answer'],
  )
  await end()
})

test('[STDIO-10, UTIL-09] a cancelled call aborts, and nothing more is said about it', async () => {
  const done = deferred<unknown>()
  const { pipe, got, end } = serve(async (call) => {
    await new Promise((resolve) => call.signal.addEventListener('abort', resolve))
    call.notify({ method: 'notifications/progress' })
    done.resolve(call.signal.aborted)
    return complete
  })
  pipe.send(request(0))
  await settle()
  pipe.send(cancel(0))
  assert.equal(await done.promise, true)
  await settle()
  assert.deepEqual(got, [])
  await end()
})

test('a call that looks at its signal only after it was cancelled sees it aborted', async () => {
  const go = deferred<void>()
  const seen = deferred<boolean>()
  const { pipe, end } = serve(async (call) => {
    await go.promise
    seen.resolve(call.signal.aborted)
    return complete
  })
  pipe.send(request(1))
  pipe.send(cancel(1))
  await settle()
  go.resolve()
  assert.equal(await seen.promise, true)
  await end()
})

test('[UTIL-09, UTIL-10] cancellations of unknown, finished and nonsensical ids are ignored', async () => {
  const { pipe, got, end } = serve(async () => complete)
  for (const id of ['x', 5, null, {}, undefined, []]) {
    pipe.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } })
  }
  pipe.send({ jsonrpc: '2.0', method: 'notifications/cancelled' })
  pipe.send(request(1))
  await settle()
  assert.equal(got.length, 1)
  await end()
})

test('an id under way is refused a second time, and free again after', async () => {
  const slow = deferred<Result>()
  const { pipe, got, end } = serve(() => slow.promise)
  pipe.send(request(1))
  pipe.send(request(1))
  await settle()
  assert.ok(got[0] && 'error' in got[0] && got[0].error.code === ErrorCode.invalidRequest)
  slow.resolve(complete)
  await settle()
  pipe.send(request(1))
  await settle()
  assert.equal(got.filter((message) => 'result' in message).length, 2)
  await end()
})

test('an id may be used again once its call was cancelled, and the old call stays mute', async () => {
  const runs: { resolve(result: Result): void }[] = []
  const { pipe, got, end } = serve(() => {
    const run = deferred<Result>()
    runs.push(run)
    return run.promise
  })
  pipe.send(request(1))
  pipe.send(cancel(1))
  pipe.send(request(1))
  await settle()
  runs[0]?.resolve({ resultType: 'complete', which: 'old' })
  await settle()
  assert.deepEqual(got, [])
  runs[1]?.resolve({ resultType: 'complete', which: 'new' })
  await settle()
  assert.deepEqual(got, [
    { jsonrpc: '2.0', id: 1, result: { resultType: 'complete', which: 'new' } },
  ])
  await end()
})

test('more calls than the limit are refused', async () => {
  const slow = deferred<Result>()
  const { pipe, got, end } = serve(() => slow.promise, { maxCalls: 2 })
  for (const id of [1, 2, 3]) pipe.send(request(id))
  await settle()
  assert.deepEqual(
    got.map((message) => ('id' in message ? message.id : undefined)),
    [3],
  )
  slow.resolve(complete)
  await end()
})

test('errors reach the peer, bugs are masked, also those thrown at once', async () => {
  const told: unknown[] = []
  const handler = (call: Call): Promise<Result> => {
    if (call.method === 'rpc') throw new RpcError('told', { code: 7, data: { circle: 1n } })
    if (call.method === 'bug') throw new Error('secret')
    if (call.method === 'none') return Promise.resolve({ resultType: 'complete', big: 1n })
    return Promise.reject(new Error('secret'))
  }
  const servable = Object.assign(handler, { onError: (error: unknown) => told.push(error) })
  const { pipe, got, end } = serve(servable)
  for (const method of ['rpc', 'bug', 'none', 'later']) pipe.send(request(method, method))
  await settle()
  const codes = new Map(
    got.map((message) => ['id' in message ? message.id : '', 'error' in message && message.error]),
  )
  assert.deepEqual(codes.get('rpc'), { code: 7, message: 'told' })
  for (const method of ['bug', 'none', 'later']) {
    const error = codes.get(method)
    assert.ok(error && error.code === ErrorCode.internal)
    assert.doesNotMatch(error.message, /secret/)
  }
  assert.equal(told.length, 3)
  await end()
})

test('[SUB-09, UTIL-08] a listen that the server ends is told of by its result, then by a cancellation', async () => {
  const closing = deferred<Result>()
  const { pipe, got, end } = serve(() => closing.promise)
  pipe.send(request('l', 'subscriptions/listen'))
  await settle()
  closing.resolve(complete)
  await settle()
  assert.deepEqual(got, [{ jsonrpc: '2.0', id: 'l', result: complete }, cancel('l')])
  await end()
})

test('[VER-07] without the older era its requests are refused, and it is told what is spoken', async () => {
  const { pipe, got, end } = serve(async () => complete)
  pipe.send({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18' },
  })
  pipe.send({ jsonrpc: '2.0', id: 2, method: 'tools/list' })
  pipe.send({ jsonrpc: '2.0', method: 'notifications/initialized' })
  pipe.send([request(3)])
  pipe.send({ jsonrpc: '2.0', id: 4, result: {} })
  pipe.send({ hello: 1 })
  pipe.send(
    request(5, 'tools/list', { _meta: { ...envelope, [metaKeys.protocolVersion]: '1999' } }),
  )
  pipe.send(request(6, 'tools/list', { _meta: { [metaKeys.protocolVersion]: '2026-07-28' } }))
  await settle()
  assert.deepEqual(
    got.map((message) => [
      'id' in message ? message.id : undefined,
      'error' in message && message.error.code,
    ]),
    [
      [1, ErrorCode.unsupportedVersion],
      [2, ErrorCode.invalidParams],
      [undefined, ErrorCode.invalidRequest],
      [undefined, ErrorCode.invalidRequest],
      [5, ErrorCode.unsupportedVersion],
      [6, ErrorCode.invalidParams],
    ],
  )
  const [first] = got
  assert.ok(first && 'error' in first)
  assert.deepEqual(first.error.data, { supported: ['2026-07-28'], requested: '2025-06-18' })
  await end()
})

test('[VER-14, VER-15] each message goes to the era that it claims, a cancellation to the era that runs its request', async () => {
  const taken: unknown[] = []
  let closed = 0
  const { pipe, got, end } = serve(() => new Promise(() => {}), {
    closeTimeoutMs: 1,
    legacySession: () => ({ receive: (message) => taken.push(message), close: () => closed++ }),
  })
  const old = [
    { jsonrpc: '2.0', id: 1, method: 'initialize' },
    { jsonrpc: '2.0', id: 1, result: {} },
    [{ jsonrpc: '2.0', id: 2, method: 'ping' }],
    cancel(77),
  ]
  for (const message of old) pipe.send(message)
  pipe.send(request(5))
  pipe.send(cancel(5))
  pipe.send([request(6)])
  await settle()
  assert.deepEqual(taken, old)
  assert.deepEqual(
    got.map((message) => 'error' in message && message.error.code),
    [ErrorCode.invalidRequest],
  )
  await end()
  assert.equal(closed, 1)
})

test('when the client is gone, quick calls still end, then the rest is aborted', async () => {
  const aborted = deferred<boolean>()
  const sent: unknown[] = []
  async function* incoming() {
    yield request(1, 'quick')
    yield request(2, 'forever')
    yield request(3, 'subscriptions/listen')
  }
  await servePipe(
    async (call) => {
      if (call.method === 'quick') return sleep(5, complete)
      await new Promise((resolve) => call.signal.addEventListener('abort', resolve))
      if (call.method === 'forever') aborted.resolve(true)
      return complete
    },
    { incoming: incoming(), send: (message) => void sent.push(message) },
    { closeTimeoutMs: 50 },
  )
  assert.equal(await aborted.promise, true)
  await settle()
  assert.deepEqual(sent, [{ jsonrpc: '2.0', id: 1, result: complete }])
})

test('reading waits while the other side does not read', async () => {
  const room = deferred<void>()
  let read = 0
  async function* incoming() {
    for (; read < 3; read++) yield request(read)
  }
  const served = servePipe(async () => complete, { incoming: incoming(), send: () => room.promise })
  await settle()
  const before = read
  room.resolve()
  await served
  assert.ok(before < 3, `${before} messages were read`)
  assert.equal(read, 3)
})
