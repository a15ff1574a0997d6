/** See /specification/2025-11-25/basic/transports#streamable-http */
import type { Id, Message } from '@lutra/core'
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
      if ('method' in message && 'id' in message) return exchange(state, message)
      await tell(state, message)
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
const closeTimeoutMs = 3_000

async function tell(state: HttpState, message: Message): Promise<void> {
  const signal = AbortSignal.any([state.closing.signal, AbortSignal.timeout(tellTimeoutMs)])
  const response = await post(state, message, signal)
  response.discard()
  if (!('method' in message)) return
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
