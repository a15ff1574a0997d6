/** Runs a call and replies with JSON, or with an event stream from its first notification on. See /specification/2026-07-28/basic/transports/streamable-http#receiving */
import {
  encodeMessageEvent,
  encodeNotification,
  type Handler,
  type Id,
  type Meta,
  type Notification,
  type OnError,
  type Params,
  type Result,
  toRpcError,
  withSignal,
} from '@lutra/core'
import { isScopeError } from '@lutra/core/access'
import { encodeFailure, encodeReply } from '../encode-reply.ts'
import type { Authenticator } from './authenticator.ts'
import { createEventStream, type EventStream, endEvents, writeEvent } from './event-stream.ts'
import type { HttpReply, HttpRequest } from './exchange.ts'
import type { Gauge } from './gauge.ts'
import { refuseScopes } from './refuse-scopes.ts'
import { jsonHeaders, replyError } from './reply.ts'

/** A request that was read and checked. */
export interface Incoming {
  readonly id: Id
  readonly method: string
  readonly params: Params
  readonly meta: Meta
  readonly request: HttpRequest
  /** Counts it for as long as it runs: it was let in there. */
  readonly calls: Gauge
  /** Says what a call lacks whose scopes do not suffice. */
  readonly challenge?: Authenticator['challenge'] | undefined
}

/** Resolves once the status is known: with the result or error, or at the first notification. */
export function respond(
  handler: Handler,
  incoming: Incoming,
  onError?: OnError,
): Promise<HttpReply> {
  const { id, method, request, calls, challenge } = incoming
  const run: Run = {
    id,
    method,
    request,
    calls,
    challenge,
    onError,
    resolve: undefined,
    live: true,
  }
  const reply = new Promise<HttpReply>((resolve) => {
    run.resolve = resolve
  })
  try {
    start(run, handler, incoming)
  } catch (reason) {
    fail(run, reason)
  }
  return reply
}

function start(run: Run, handler: Handler, { id, method, params, meta, request }: Incoming): void {
  const { auth, header } = request
  const notify = (message: Notification) => tell(run, message)
  const call = withSignal(
    { id, method, params, meta, auth, header, notify },
    () => signalOf(run),
    (listen) => run.request?.onGone(listen),
  )
  handler(call).then(
    (result) => succeed(run, result),
    (reason: unknown) => fail(run, reason),
  )
}

/** A call while it runs. Thousands of streams may be open for days: nothing is kept that only their beginning needs. */
interface Run {
  readonly id: Id
  readonly method: string
  readonly onError: OnError | undefined
  readonly calls: Gauge
  readonly challenge: Authenticator['challenge'] | undefined
  request: HttpRequest | undefined
  resolve: ((reply: HttpReply) => void) | undefined
  stream?: EventStream
  gone?: AbortSignal
  /** False once it was answered: nothing is sent about it any more. */
  live: boolean
}

function tell(run: Run, message: Notification): void {
  if (!run.live) return
  const text = encodeMessageEvent(encodeNotification(message))
  if (!run.stream) {
    const [stream, reply] = createEventStream()
    run.stream = stream
    settle(run, reply)
  }
  writeEvent(run.stream, text)
}

function succeed(run: Run, result: Result): void {
  let text: string
  try {
    text = encodeReply(run.id, result)
  } catch (reason) {
    fail(run, reason)
    return
  }
  run.live = false
  run.calls.leave()
  if (run.stream) endEvents(run.stream, encodeMessageEvent(text))
  else settle(run, { status: 200, headers: jsonHeaders, body: text })
}

function fail(run: Run, reason: unknown): void {
  const { id, method, stream, gone } = run
  run.live = false
  run.calls.leave()
  // Nobody is left to read it, and what an aborted call throws is no news.
  const error = toRpcError(reason, method, gone?.aborted ? undefined : run.onError)
  if (stream) endEvents(stream, encodeMessageEvent(encodeFailure(id, error)))
  else if (isScopeError(error)) settle(run, refuseScopes(error, { id, challenge: run.challenge }))
  else settle(run, replyError(id, error))
}

function settle(run: Run, reply: HttpReply): void {
  run.resolve?.(reply)
  run.resolve = undefined
}

function signalOf(run: Run): AbortSignal {
  const controller = new AbortController()
  run.gone = controller.signal
  run.request?.onGone(() => controller.abort())
  run.request = undefined
  return controller.signal
}
