/**
 * One legacy session over a wire that carries messages both ways: a pipe, or the event stream of HTTP+SSE. What the
 * handshake says is remembered and put on each call. See /specification/2025-11-25/basic/lifecycle
 */
import {
  type Auth,
  type Call,
  failure,
  type Handler,
  idOf,
  isId,
  isRequest,
  type Message,
  type NotificationMessage,
  notification,
  type OnError,
  parseMessage,
  type RequestMessage,
  success,
  toRpcError,
} from '@lutra/core'
import { lowerError, lowerResult } from '@lutra/core/legacy'
import { answerCall } from './answer-call.ts'
import { refuseBatch } from './batch.ts'
import type { Cancellation } from './cancellation.ts'
import { createGreeter, type Greeter } from './greeter.ts'
import { type SessionLimits, sessionLimits } from './limits.ts'
import { createQuestions, type Questions } from './questions.ts'
import { createRunning, type Running, refuse } from './running.ts'

export interface LegacySessionOptions extends Partial<SessionLimits> {
  /** Takes what goes to the client: one message, or the answers to a batch. */
  send(message: Message | readonly Message[]): void
  /** Who is at the other end, where someone was authenticated. */
  readonly auth?: Auth | undefined
  /** Reads the headers of its requests, where the wire has any. */
  readonly header?: Call['header']
  readonly onError?: OnError | undefined
}

export interface LegacySession {
  /** Takes what the client sent: one parsed message, or a batch of them. `auth` is who sent it, if not always the same. */
  receive(message: unknown, auth?: Auth): void
  /** Ends every call, question and subscription of the session. */
  close(): void
}

/** Lifts one legacy session onto a handler. */
export function createLegacySession(
  handler: Handler & { readonly onError?: OnError },
  options: LegacySessionOptions,
): LegacySession {
  const limits = sessionLimits(options)
  const onError = options.onError ?? handler.onError
  let closed = false
  const send: LegacySessionOptions['send'] = (message) => {
    if (!closed) options.send(message)
  }
  const running = createRunning(limits.maxCalls)
  const questions = createQuestions({
    timeoutMs: limits.questionTimeoutMs,
    max: limits.maxQuestions,
  })
  const { header } = options
  const greeter = createGreeter(handler, {
    limits,
    header,
    notify: (told) => send(notification(told)),
    onError: (error) => onError?.(error, { id: 'listen', method: 'subscriptions/listen' }),
  })
  const wire: Wire = { handler, header, limits, onError, send, running, questions, greeter }

  return {
    receive(message, auth = options.auth) {
      if (closed) return
      if (Array.isArray(message)) void takeBatch(wire, message, auth)
      else void take(wire, message, auth).then((answer) => answer && send(answer))
    },
    close() {
      if (closed) return
      closed = true
      const reason = new Error('The session is closed')
      running.close(reason)
      questions.close(reason)
      greeter.close()
    },
  }
}

interface Wire extends Pick<LegacySessionOptions, 'send' | 'onError' | 'header'> {
  readonly handler: Handler
  readonly limits: SessionLimits
  readonly running: Running
  readonly questions: Questions
  readonly greeter: Greeter
}

/** What a message is answered, if it is. */
async function take(
  wire: Wire,
  value: unknown,
  auth: Auth | undefined,
): Promise<Message | undefined> {
  let message: Message
  try {
    message = parseMessage(value)
  } catch (reason) {
    return failure(idOf(value), toRpcError(reason))
  }
  if (!('method' in message)) wire.questions.settle(message)
  else if (isRequest(message)) return respond(wire, message, auth)
  else heed(wire, message)
  return undefined
}

async function takeBatch(
  wire: Wire,
  values: readonly unknown[],
  auth: Auth | undefined,
): Promise<void> {
  const batches = (await wire.greeter.current())?.revision.batches ?? false
  const refused = refuseBatch(values, { batches, max: wire.limits.maxBatch })
  if (refused) return wire.send(failure(undefined, refused))
  const answers = await Promise.all(values.map((value) => take(wire, value, auth)))
  const sent = answers.filter((answer) => answer !== undefined)
  if (sent.length > 0) wire.send(sent)
}

function heed({ running, greeter }: Wire, { method, params }: NotificationMessage): void {
  const id = params?.['requestId']
  if (method === 'notifications/cancelled' && isId(id)) running.cancel(id)
  else if (method === 'notifications/initialized') greeter.start()
}

async function respond(
  wire: Wire,
  message: RequestMessage,
  auth: Auth | undefined,
): Promise<Message | undefined> {
  const { id, method } = message
  let cancellation: Cancellation | undefined
  try {
    // The handshake must not be cancelled, and is therefore not among what runs.
    if (method === 'initialize') {
      const tell = (result: Readonly<Record<string, unknown>>) => wire.send(success(id, result))
      await wire.greeter.greet(message.params, { auth, tell })
      return undefined
    }
    if (method === 'ping') return success(id, {})
    cancellation = wire.running.start(id, method)
    const result = await call(wire, message, { cancellation, auth })
    return cancellation.isCancelled() ? undefined : success(id, result)
  } catch (reason) {
    if (cancellation?.isCancelled()) return undefined
    return failure(id, lowerError(toRpcError(reason, method, wire.onError), method))
  } finally {
    if (cancellation) wire.running.end(id, cancellation)
  }
}

async function call(
  { handler, header, limits, send, questions, greeter }: Wire,
  message: RequestMessage,
  { cancellation, auth }: { cancellation: Cancellation; auth: Auth | undefined },
): Promise<Readonly<Record<string, unknown>>> {
  const session = await greeter.current()
  if (!session) throw refuse(`send "initialize" before "${message.method.slice(0, 100)}"`)
  greeter.start()
  const { revision, memory } = session
  const result = await answerCall(handler, message, {
    revision,
    memory: () => memory,
    limits,
    cancellation,
    auth,
    header,
    meta: session.meta(),
    notify: send,
    ask: (question, signal) => questions.ask(question, { send, signal }),
  })
  return lowerResult(message.method, result, revision)
}
