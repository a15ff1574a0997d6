/** The GET of a session: a stream for what nobody asked for on a call. See /specification/2025-11-25/basic/transports#listening-for-messages-from-the-server */
import { type Message, notification, type ServerCapabilities } from '@lutra/core'
import { isScopeError } from '@lutra/core/access'
import { startTimer } from '@lutra/core/wait'
import type { HttpReply, HttpRequest } from '../../http/exchange.ts'
import { refuseRequest } from '../../http/reply.ts'
import { discover } from '../discover.ts'
import { createListener } from '../listener.ts'
import { createStreamId } from './event-id.ts'
import type { LoggedEvent } from './event-log.ts'
import type { HttpSession } from './http-session.ts'
import { retryMsOf } from './options.ts'
import { noStreamLeft, type Parts } from './parts.ts'
import { createSessionStream, type SessionStream } from './session-stream.ts'

/** A stream that is taken up again, and what of it the client has missed. */
export interface Resumed {
  readonly streamId: string
  /** The number of the last event that the client has. */
  readonly after: number
  readonly events: readonly LoggedEvent[]
}

/** Opens the stream, or takes it up where the client lost it. The newest one of a session is the one that counts. */
export async function openListenStream(
  parts: Parts,
  incoming: { readonly request: HttpRequest; readonly session: HttpSession },
  resumed?: Resumed,
): Promise<HttpReply> {
  const { handler, streams } = parts
  const { request, session } = incoming
  const discovered = await discover(handler, session.meta, request)
  const capabilities = (discovered['capabilities'] ?? {}) as ServerCapabilities
  if (!announces(capabilities)) return nothingToAnnounce
  let end = () => {}
  const release = streams.take(() => end())
  if (!release) return noStreamLeft
  const started = start(parts, { ...incoming, capabilities, release }, resumed)
  end = started.stop
  return started.reply
}

const nothingToAnnounce = refuseRequest(
  405,
  'This server announces nothing: there is no stream to listen to',
  { allow: 'POST, DELETE' },
)

function announces({ tools, prompts, resources }: ServerCapabilities): boolean {
  return [
    tools?.listChanged,
    prompts?.listChanged,
    resources?.listChanged,
    resources?.subscribe,
  ].includes(true)
}

interface Opening {
  readonly request: HttpRequest
  readonly session: HttpSession
  readonly capabilities: ServerCapabilities
  readonly release: () => void
}

function start(parts: Parts, opening: Opening, resumed: Resumed | undefined): Started {
  const { handler, sessions, claims, held, onError } = parts
  const { request, session, capabilities, release } = opening
  const { sid } = session
  const streamId = resumed?.streamId ?? createStreamId('announcements')
  const stream = openStream(parts, session, { streamId, resumed })

  // What happened between two instances, or after one has died, nobody has kept.
  const missed = resumed !== undefined && !held.has(streamId)
  const holder = {}
  held.set(streamId, holder)

  let forget = () => {}
  let uris = session.changes.uris ?? []
  const failed = (error: unknown) => onError?.(error, { id: sid, method: 'subscriptions/listen' })
  const listener = createListener(handler, {
    meta: () => session.meta,
    auth: request.auth,
    header: unread,
    notify: (told) => stream.send(JSON.stringify(notification(told))),
    ended: stop,
  })
  const ends = [
    release,
    listener.close,
    stream.disconnect,
    claims.claim(`listen/${sid}`, stop),
    sessions.watch(session, follow),
    () => void (held.get(streamId) === holder && held.delete(streamId)),
  ]

  function stop(): void {
    forget()
    for (const end of ends.splice(0)) end()
  }

  // Who comes back with fewer scopes than it subscribed with still hears of the lists.
  async function begin(changed: { lists: boolean; uris: readonly string[] }): Promise<void> {
    const lists = changed.lists ? newsOfLists(capabilities) : []
    let updates = changed.uris.map(newsOf)
    try {
      await listener.listen(capabilities, uris)
    } catch (reason) {
      if (!isScopeError(reason)) throw reason
      await listener.listen(capabilities, [])
      updates = []
    }
    for (const news of [...lists, ...updates]) stream.send(JSON.stringify(news))
  }

  function follow(elsewhere: boolean): void {
    const { changes } = session
    const same = changes.uris === undefined || changes.uris.join('\n') === uris.join('\n')
    if (changes.ended) stop()
    if (changes.ended || same) return
    const before = new Set(uris)
    uris = changes.uris ?? []
    // Another instance has said yes to the client before this one listened: it may have changed in between.
    const changed = elsewhere ? uris.filter((uri) => !before.has(uri)) : []
    begin({ lists: false, uris: changed }).catch(failed)
  }

  begin({ lists: missed, uris: missed ? uris : [] }).catch(failed)
  request.onGone(() => {
    // What happens while the client comes back is kept for it.
    if (ends.length > 0) forget = startTimer(lingerMs, stop)
  })
  return { reply: stream.reply, stop }
}

function openStream(
  { log, options }: Parts,
  { sid, revision }: HttpSession,
  { streamId, resumed }: { readonly streamId: string; readonly resumed: Resumed | undefined },
): SessionStream {
  const last = resumed ? (resumed.events.at(-1)?.seq ?? resumed.after) : 0
  const stream = createSessionStream({
    streamId,
    keep: log.write({ sid, streamId }),
    from: last + 1,
    retryMs: retryMsOf(options, revision),
  })
  for (const event of resumed?.events ?? []) stream.replay(event)
  return stream
}

function newsOf(uri: string): Message {
  return notification({ method: 'notifications/resources/updated', params: { uri } })
}

function newsOfLists({ tools, prompts, resources }: ServerCapabilities): readonly Message[] {
  return Object.entries({ tools, prompts, resources }).flatMap(([list, had]) =>
    had?.listChanged ? notification({ method: `notifications/${list}/list_changed` }) : [],
  )
}

interface Started {
  readonly reply: HttpReply
  readonly stop: () => void
}

// Says that this came over HTTP, without holding on to the request for as long as the stream is open.
const unread = () => undefined

const lingerMs = 60_000
