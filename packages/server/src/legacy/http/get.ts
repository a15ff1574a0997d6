/** A GET of the legacy era. See /specification/2025-11-25/basic/transports#listening-for-messages-from-the-server */
import { isModern, principalOf } from '@lutra/core'
import type { Door, HttpReply, HttpRequest } from '../../http/exchange.ts'
import { refuseRequest } from '../../http/reply.ts'
import { parseEventId } from './event-id.ts'
import type { HttpSession } from './http-session.ts'
import { openListenStream } from './listen-stream.ts'
import { defaultSsePath, type LegacyHttpOptions } from './options.ts'
import { type Parts, readsEvents } from './parts.ts'
import { revisionOf, unsupportedRevision } from './party.ts'
import { sessionMissing, sessionUnknown } from './post.ts'
import { resumeCall } from './resume-call.ts'

export function createGet(parts: Parts, openSse: Door | undefined): Door {
  const { sessions, options } = parts
  return async (request) => {
    if (isModern(request.header('mcp-protocol-version'))) return onlyPost
    const id = options.sessions === 'off' ? undefined : request.header('mcp-session-id')
    if (id === undefined) return openSse && wantsSse(request, options) ? openSse(request) : onlyPost
    if (!readsEvents(request)) return refuseRequest(406, 'Expected Accept: text/event-stream')
    if (!revisionOf(request)) return unsupportedRevision(request)
    const session = await sessions.find(id, principalOf(request.auth))
    return session ? listen(parts, request, session) : sessionUnknown
  }
}

/** Ends a session at the wish of its client. */
export function createDelete({ sessions, options }: Parts): Door {
  return async (request) => {
    if (options.sessions === 'off' || isModern(request.header('mcp-protocol-version'))) {
      return onlyPost
    }
    const id = request.header('mcp-session-id')
    if (id === undefined) return sessionMissing
    const session = await sessions.find(id, principalOf(request.auth))
    if (!session) return sessionUnknown
    await sessions.end(session)
    return { status: 204, headers: {} }
  }
}

async function listen(
  parts: Parts,
  request: HttpRequest,
  session: HttpSession,
): Promise<HttpReply> {
  const lost = request.header('last-event-id')
  if (lost === undefined) return openListenStream(parts, { request, session })
  const at = parseEventId(lost)
  if (!at) return refuseRequest(400, 'Last-Event-ID is not an id of this server')
  if (at.kind === 'call') return resumeCall(parts, { request, session }, at)
  const { streamId, seq } = at
  const kept = await parts.log.read({ sid: session.sid, streamId }, seq)
  // Announcements that are no longer kept are lost; those that come are not.
  return kept
    ? openListenStream(parts, { request, session }, { streamId, after: seq, events: kept.events })
    : openListenStream(parts, { request, session })
}

/**
 * Whether a GET without a session wants the stream of HTTP+SSE. At its own path every one does. At the server's path a client
 * of Streamable HTTP names its session or its revision; one that names neither, and reads event streams, is of 2024-11-05.
 */
function wantsSse(request: HttpRequest, { sse }: LegacyHttpOptions): boolean {
  if (sse === false) return false
  const [path] = request.url.split('?', 1)
  if (path === (sse?.path ?? defaultSsePath)) return true
  const accept = request.header('accept') ?? ''
  return accept.includes('text/event-stream') && !request.header('mcp-protocol-version')
}

const onlyPost = refuseRequest(405, 'There is nothing to GET here without a session', {
  allow: 'POST',
})
