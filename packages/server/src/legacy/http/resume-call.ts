/** Takes up the stream of a call that a client has lost or that was closed on it. See /specification/2025-11-25/basic/transports#resumability-and-redelivery */
import type { HttpReply, HttpRequest, PlainReply } from '../../http/exchange.ts'
import { refuseRequest } from '../../http/reply.ts'
import type { EventId } from './event-id.ts'
import type { LoggedEvent } from './event-log.ts'
import type { HttpSession } from './http-session.ts'
import { defaultRetryMs } from './options.ts'
import { noStreamLeft, type Parts } from './parts.ts'
import { createSessionStream } from './session-stream.ts'

export async function resumeCall(
  parts: Parts,
  { request, session }: { readonly request: HttpRequest; readonly session: HttpSession },
  { streamId, seq }: EventId,
): Promise<HttpReply> {
  const { log, claims, streams, options } = parts
  const name = { sid: session.sid, streamId }
  const release = streams.take(() => stop())
  if (!release) return noStreamLeft
  const missed: LoggedEvent[] = []
  let take = (event: LoggedEvent): void => void missed.push(event)
  // Follows before it reads, so that no event falls between the two.
  const ends = [release, log.follow(name, (event) => take(event))]
  const stop = () => {
    for (const end of ends.splice(0)) end()
  }

  const kept = await log.read(name, seq).catch((reason) => {
    stop()
    throw reason
  })
  if (!kept || (kept.over && kept.events.every(({ json }) => json === ''))) {
    stop()
    return kept ? streamOver : streamUnknown
  }

  const stream = createSessionStream({
    streamId,
    from: seq + 1,
    retryMs: session.revision.polling ? (options.retryMs ?? defaultRetryMs) : undefined,
  })
  let sent = seq
  take = (event) => {
    if (event.seq <= sent) return
    sent = event.seq
    stream.replay(event)
    if (event.last) stop()
  }
  ends.push(stream.disconnect, claims.claim(streamId, stop))
  for (const event of [...kept.events, ...missed]) take(event)
  request.onGone(stop)
  return stream.reply
}

// A client that reads event streams as browsers do stops coming back when it reads 204.
const streamOver: PlainReply = { status: 204, headers: {} }

const streamUnknown = refuseRequest(
  400,
  'Last-Event-ID names no stream of this session, or one that is no longer kept',
)
