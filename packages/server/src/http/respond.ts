/** Runs a call and replies with JSON, or with an event stream from its first notification on. See /specification/2026-07-28/basic/transports/streamable-http#receiving */
import {
  encodeMessageEvent,
  encodeNotification,
  type Handler,
  type Id,
  type Meta,
  type OnError,
  type Params,
  type Result,
  toRpcError,
  withSignal,
} from '@lutra/core'
import { encodeFailure, encodeReply } from '../encode-reply.ts'
import { createEventStream, type EventStream } from './event-stream.ts'
import type { HttpReply, HttpRequest } from './exchange.ts'
import { jsonHeaders, refuse, statusOf } from './reply.ts'

/** A request that was read and checked. */
export interface Incoming {
  readonly id: Id
  readonly method: string
  readonly params: Params
  readonly meta: Meta
  readonly request: HttpRequest
}

/** Resolves once the status is known: with the result or error, or at the first notification. */
export function respond(
  handler: Handler,
  incoming: Incoming,
  onError?: OnError,
): Promise<HttpReply> {
  const { id, method, request } = incoming
  return new Promise((resolve) => {
    let stream: EventStream | undefined
    let done = false
    let gone: AbortController | undefined

    const call = withSignal(
      {
        id,
        method,
        params: incoming.params,
        meta: incoming.meta,
        auth: request.auth,
        header: request.header,
        notify(message) {
          if (done) return
          const text = encodeMessageEvent(encodeNotification(message))
          if (!stream) {
            stream = createEventStream()
            resolve(stream.reply)
          }
          stream.write(text)
        },
      },
      () => {
        gone = new AbortController()
        request.onGone(() => gone?.abort())
        return gone.signal
      },
    )

    function succeed(result: Result): void {
      let text: string
      try {
        text = encodeReply(id, result)
      } catch (reason) {
        fail(reason)
        return
      }
      done = true
      if (stream) stream.end(encodeMessageEvent(text))
      else resolve({ status: 200, headers: jsonHeaders, body: text })
    }

    function fail(reason: unknown): void {
      done = true
      // Nobody is left to read it, and what an aborted call throws is no news.
      const error = toRpcError(reason, method, gone?.signal.aborted ? undefined : onError)
      if (stream) stream.end(encodeMessageEvent(encodeFailure(id, error)))
      else resolve(refuse(statusOf(error), error, { id }))
    }

    try {
      handler(call).then(succeed, fail)
    } catch (reason) {
      fail(reason)
    }
  })
}
