/** The way back of a POST: JSON where the result comes first, else an event stream. See /specification/2025-11-25/basic/transports#sending-messages-to-the-server */
import type { Message } from '@lutra/core'
import type { Revision } from '@lutra/core/legacy'
import type { HttpReply, HttpRequest, PlainReply } from '../../http/exchange.ts'
import { jsonHeaders } from '../../http/reply.ts'
import { createStreamId } from './event-id.ts'
import type { StreamName } from './event-log.ts'
import type { HttpSession } from './http-session.ts'
import { retryMsOf } from './options.ts'
import { type Parts, readsEvents } from './parts.ts'
import { createSessionStream, type SessionStream } from './session-stream.ts'

/** Where what a call has to say goes. */
export interface Outlet {
  /** Whether the client can be told anything before the result. */
  readonly streams: boolean
  send(message: Message): void
  /** The responses: one, or those of a batch; none where the call was cancelled. Resolves once they are kept. */
  end(responses: readonly string[], batch?: boolean): Promise<void>
  /** The response of a single call with a status of its own, which a stream that has begun can no longer say. */
  refuse(reply: PlainReply): Promise<void>
  /** Says nothing more: the call goes on elsewhere. */
  leave(): void
}

export interface ReplyOutlet extends Outlet {
  /** Resolves once it is known whether it is JSON or a stream. */
  readonly reply: Promise<HttpReply>
  /** Names the stream, if there will be one; undefined without a session, where nobody can come back for it. */
  readonly name: StreamName | undefined
}

export function createOutlet(
  parts: Parts,
  request: HttpRequest,
  session: HttpSession | undefined,
): ReplyOutlet {
  const streams = readsEvents(request)
  const name = session && { sid: session.sid, streamId: createStreamId('call') }
  let stream: SessionStream | undefined
  let release: (() => void) | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let resolve: (reply: HttpReply) => void = () => {}
  const reply = new Promise<HttpReply>((settle) => {
    resolve = settle
  })

  function open(): SessionStream {
    const opened = name ? openKept(parts, name, session.revision) : createSessionStream()
    if (name) release = parts.claims.hold(name.streamId, opened.disconnect)
    resolve(opened.reply)
    return opened
  }

  function leave(): void {
    clearTimeout(timer)
    release?.()
  }

  const { closeStreamAfterMs } = parts.options
  if (closeStreamAfterMs !== undefined && session?.revision.polling && streams) {
    timer = setTimeout(() => {
      stream ??= open()
      stream.disconnect()
    }, closeStreamAfterMs)
  }

  const outlet: ReplyOutlet = {
    reply,
    streams,
    name,
    send(message) {
      if (!streams) return
      stream ??= open()
      stream.send(JSON.stringify(message))
    },
    async end(responses, batch = false) {
      leave()
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
      await stream.end(responses.at(-1) ?? '')
    },
    refuse(refusal) {
      // What comes first is the reply: the end below only tidies up then.
      if (!stream) resolve(refusal)
      return outlet.end([textOf(refusal)])
    },
    leave() {
      leave()
      stream?.disconnect()
    },
  }
  return outlet
}

/** The outlet of a call that goes on under a stream begun elsewhere: its client follows what is kept of that. */
export function createKeptOutlet(
  parts: Parts,
  { sid, streamId }: StreamName,
  { from, said }: { readonly from: number; readonly said: (message: Message) => boolean },
): Outlet {
  const keep = parts.log.write({ sid, streamId })
  // Says that there is such a stream, in case that was lost with who began it.
  void keep({ seq: 0, json: '', last: false })
  const stream = createSessionStream({ streamId, keep, from })
  stream.disconnect()
  return {
    streams: true,
    send(message) {
      if (!said(message)) stream.send(JSON.stringify(message))
    },
    end: ([response = '']) => stream.end(response),
    refuse: (refusal) => stream.end(textOf(refusal)),
    leave() {},
  }
}

/** The message in a reply. */
export function textOf({ body = '' }: PlainReply): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body)
}

function openKept({ log, options }: Parts, name: StreamName, revision: Revision): SessionStream {
  return createSessionStream({
    streamId: name.streamId,
    keep: log.write(name),
    retryMs: retryMsOf(options, revision),
  })
}
