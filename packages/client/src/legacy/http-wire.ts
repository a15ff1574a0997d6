/** See /specification/2025-11-25/basic/transports#streamable-http */
import type { Id, Message, NotificationMessage } from '@lutra/core'
import { backoff, sleep } from '@lutra/core/wait'
import { statusOf } from '../era/evidence.ts'
import { type HttpOptions, warnBy } from '../options.ts'
import { ConnectionError } from '../words/error.ts'
import type { AuthorizedOptions } from './authorized.ts'
import { exchange } from './http-exchange.ts'
import { createSendHttp } from './http-request.ts'
import { type HttpState, post, sessionHeaders } from './http-session.ts'
import { stand } from './http-standing.ts'
import type { LegacyWire } from './wire.ts'

/** Carries a legacy session over Streamable HTTP: each message a POST, its answers JSON or a stream. */
export function createHttpWire(url: URL, options: HttpOptions & AuthorizedOptions): LegacyWire {
  const state: HttpState = {
    url,
    send: createSendHttp(options),
    warn: warnBy(options),
    maxBytes: options.maxResponseBytes ?? 64 * 1024 * 1024,
    closing: new AbortController(),
    streams: new Map(),
    listener: { receive() {}, ended() {}, lost() {} },
  }
  return {
    start(listener) {
      state.listener = listener
    },
    async send(message) {
      if (!('method' in message)) await deliver(state, message)
      else if ('id' in message) await exchange(state, message)
      else await tell(state, message)
    },
    greeted(version) {
      state.version = version
    },
    reset() {
      state.standing?.abort()
      state.sessionId = undefined
      state.version = undefined
    },
    close: () => close(state),
  }
}

/** Milliseconds that a message without an answer may take to be delivered. */
const tellTimeoutMs = 60_000
const deliverTimeoutMs = 5 * 60_000
const closeTimeoutMs = 3_000

/** Posts an answer until the server has taken it: there is no other, and one that comes twice counts once. */
async function deliver(state: HttpState, answer: Message): Promise<void> {
  const signal = AbortSignal.any([state.closing.signal, AbortSignal.timeout(deliverTimeoutMs)])
  for (let count = 0; ; count++) {
    try {
      const response = await post(state, answer, signal)
      return response.discard()
    } catch (error) {
      if (signal.aborted || !mayPass(error)) throw error
      await sleep(backoff(count, { maxMs: 2000 }), signal)
    }
  }
}

/** Whether what failed may work a moment later: a server that is away or busy, or a way to it that broke. */
function mayPass(error: unknown): boolean {
  const status = statusOf(error)
  return status === undefined ? error instanceof ConnectionError : status >= 500 || status === 429
}

async function tell(state: HttpState, message: NotificationMessage): Promise<void> {
  const signal = AbortSignal.any([state.closing.signal, AbortSignal.timeout(tellTimeoutMs)])
  const response = await post(state, message, signal)
  response.discard()
  if (message.method === 'notifications/initialized') stand(state)
  // Only now that the server was told: it does not take a closed stream for a cancellation.
  if (message.method === 'notifications/cancelled') {
    state.streams.get(message.params?.['requestId'] as Id)?.abort()
  }
}

async function close(state: HttpState): Promise<void> {
  if (state.closing.signal.aborted) return
  state.closing.abort(new ConnectionError('The connection was closed', { final: true }))
  for (const stream of state.streams.values()) stream.abort()
  try {
    if (state.sessionId !== undefined) await endSession(state)
  } catch {
    // Ending a session is a courtesy: a server may refuse it, and an unreachable one needs none.
  } finally {
    state.send.close()
  }
}

async function endSession(state: HttpState): Promise<void> {
  const headers = sessionHeaders(state)
  const signal = AbortSignal.timeout(closeTimeoutMs)
  const response = await state.send({ url: state.url, method: 'DELETE', headers, signal })
  response.discard()
}
