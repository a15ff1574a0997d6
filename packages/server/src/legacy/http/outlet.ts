/** The way back of a POST: JSON where the result comes first, else an event stream. See /specification/2025-11-25/basic/transports#sending-messages-to-the-server */
import type { Message } from '@lutra/core'
import type { HttpReply, HttpRequest, PlainReply } from '../../http/exchange.ts'
import { jsonHeaders } from '../../http/reply.ts'
import { createStreamId } from './event-id.ts'
import type { HttpSession } from './http-session.ts'
import { defaultRetryMs } from './options.ts'
import { type Parts, readsEvents } from './parts.ts'
import { createSessionStream, type SessionStream } from './session-stream.ts'

export interface Outlet {
  /** Resolves once it is known which of the two it is. */
  readonly reply: Promise<HttpReply>
  /** Whether the client can be told anything before the result. */
  readonly streams: boolean
  send(message: Message): void
  /** The responses: one, or those of a batch; none where the call was cancelled. */
  end(responses: readonly string[], batch?: boolean): void
  /** The response of a single call with a status of its own, which a stream that has begun can no longer say. */
  refuse(reply: PlainReply): void
}

export function createOutlet(
  parts: Parts,
  request: HttpRequest,
  session: HttpSession | undefined,
): Outlet {
  const streams = readsEvents(request)
  let stream: SessionStream | undefined
  let release: (() => void) | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let resolve: (reply: HttpReply) => void = () => {}
  const reply = new Promise<HttpReply>((settle) => {
    resolve = settle
  })

  function open(): SessionStream {
    const opened = session ? openKept(parts, session) : { stream: createSessionStream() }
    if ('release' in opened) release = opened.release
    resolve(opened.stream.reply)
    return opened.stream
  }

  const { closeStreamAfterMs } = parts.options
  if (closeStreamAfterMs !== undefined && session?.revision.polling && streams) {
    timer = setTimeout(() => {
      stream ??= open()
      stream.disconnect()
    }, closeStreamAfterMs)
  }

  const outlet: Outlet = {
    reply,
    streams,
    send(message) {
      if (!streams) return
      stream ??= open()
      stream.send(JSON.stringify(message))
    },
    end(responses, batch = false) {
      if (timer !== undefined) clearTimeout(timer)
      release?.()
      const [first = ''] = responses
      if (!stream && responses.length > 0) {
        const body = batch ? `[${responses.join(',')}]` : first
        resolve({ status: 200, headers: jsonHeaders, body })
        return
      }
      if (!stream) {
        // A call that was cancelled is answered by a stream without a response, to which nobody comes back.
        stream = createSessionStream()
        resolve(stream.reply)
      }
      for (const response of responses.slice(0, -1)) stream.send(response)
      stream.end(responses.at(-1) ?? '')
    },
    refuse(refusal) {
      // What comes first is the reply: the end below only tidies up then.
      if (!stream) resolve(refusal)
      outlet.end([textOf(refusal)])
    },
  }
  return outlet
}

/** The message in a reply. */
export function textOf({ body = '' }: PlainReply): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body)
}

function openKept(
  { log, claims, options }: Parts,
  { sid, revision }: HttpSession,
): { readonly stream: SessionStream; readonly release: () => void } {
  const streamId = createStreamId('call')
  const stream = createSessionStream({
    streamId,
    keep: log.write({ sid, streamId }),
    retryMs: revision.polling ? (options.retryMs ?? defaultRetryMs) : undefined,
  })
  return { stream, release: claims.hold(streamId, stream.disconnect) }
}
