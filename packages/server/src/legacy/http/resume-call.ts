/** Takes up the stream of a call that a client has lost or that was closed on it. See /specification/2025-11-25/basic/transports#resumability-and-redelivery */
import type { HttpReply, HttpRequest, PlainReply } from '../../http/exchange.ts'
import { refuseRequest } from '../../http/reply.ts'
import type { EventId } from './event-id.ts'
import type { HttpSession } from './http-session.ts'
import { retryMsOf } from './options.ts'
import { noStreamLeft, type Parts } from './parts.ts'
import { createReplay } from './replay.ts'
import { createSessionStream } from './session-stream.ts'
import { soon } from './soon.ts'
import { standIn } from './stand-in.ts'

export async function resumeCall(
  parts: Parts,
  { request, session }: { readonly request: HttpRequest; readonly session: HttpSession },
  { streamId, seq }: EventId,
): Promise<HttpReply> {
  const { log, claims, streams, options, onError } = parts
  const name = { sid: session.sid, streamId }
  const release = streams.take(() => stop())
  if (!release) return noStreamLeft
  const stream = createSessionStream({
    streamId,
    from: seq + 1,
    retryMs: retryMsOf(options, session.revision),
  })
  const replay = createReplay({
    after: seq,
    read: (after) => log.read(name, after),
    send(event) {
      stream.replay(event)
      if (event.last) stop()
    },
    fail(error) {
      onError?.(error, { id: session.sid, method: '' })
      // The client comes again for the rest.
      stop()
    },
  })
  const following = log.follow(name, replay.hear, replay.catchUp)
  const ends = [release, following]
  const stop = () => {
    for (const end of ends.splice(0)) end()
  }

  try {
    // Follows before it reads, so that no event falls between the two.
    if (following.ready) await soon(following.ready)
    const [kept, call] = await Promise.all([log.read(name, seq), parts.kept.find(name)])
    if (kept ? kept.over && kept.events.every(({ json }) => json === '') : !call) {
      stop()
      return kept ? streamOver : streamUnknown
    }
    ends.push(stream.disconnect, claims.claim(streamId, stop))
    if (call && !kept?.over) ends.push(standIn(parts, { request, session }, { call, seq }))
    replay.begin(kept?.events ?? [])
  } catch (reason) {
    stop()
    throw reason
  }
  request.onGone(stop)
  return stream.reply
}

// A client that reads event streams as browsers do stops coming back when it reads 204.
const streamOver: PlainReply = { status: 204, headers: {} }

const streamUnknown = refuseRequest(
  400,
  'Last-Event-ID names no stream of this session, or one that is no longer kept',
)
