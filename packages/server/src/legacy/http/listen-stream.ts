/** The GET of a session: a stream for what nobody asked for on a call. See /specification/2025-11-25/basic/transports#listening-for-messages-from-the-server */
import { type Message, notification, type ServerCapabilities } from '@lutra/core'
import type { HttpReply, HttpRequest } from '../../http/exchange.ts'
import { refuseRequest } from '../../http/reply.ts'
import { isScopeError } from '../../scope-error.ts'
import { after } from '../after.ts'
import { discover } from '../discover.ts'
import { createListener } from '../listener.ts'
import { createStreamId } from './event-id.ts'
import type { LoggedEvent } from './event-log.ts'
import type { HttpSession } from './http-session.ts'
import { defaultRetryMs } from './options.ts'
import { noStreamLeft, type Parts } from './parts.ts'
import { createSessionStream } from './session-stream.ts'

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
  const { handler, sessions, log, claims, options, onError } = parts
  const { request, session, capabilities, release } = opening
  const { sid, revision } = session
  const streamId = resumed?.streamId ?? createStreamId('announcements')
  const last = resumed ? (resumed.events.at(-1)?.seq ?? resumed.after) : 0
  const stream = createSessionStream({
    streamId,
    keep: log.write({ sid, streamId }),
    from: last + 1,
    retryMs: revision.polling ? (options.retryMs ?? defaultRetryMs) : undefined,
  })
  for (const event of resumed?.events ?? []) stream.replay(event)

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
  ]

  function stop(): void {
    forget()
    for (const end of ends.splice(0)) end()
  }

  // Who comes back with fewer scopes than it subscribed with still hears of the lists.
  async function begin(added: readonly string[] = []): Promise<void> {
    try {
      await listener.listen(capabilities, uris)
    } catch (reason) {
      if (!isScopeError(reason)) throw reason
      await listener.listen(capabilities, [])
      return
    }
    for (const uri of added) stream.send(JSON.stringify(updateOf(uri)))
  }

  function follow(elsewhere: boolean): void {
    const { changes } = session
    const same = changes.uris === undefined || changes.uris.join('\n') === uris.join('\n')
    if (changes.ended) stop()
    if (changes.ended || same) return
    const before = new Set(uris)
    uris = changes.uris ?? []
    // Another instance has said yes to the client before this one listened: it may have changed in between.
    begin(elsewhere ? uris.filter((uri) => !before.has(uri)) : []).catch(failed)
  }

  begin().catch(failed)
  request.onGone(() => {
    // What happens while the client comes back is kept for it.
    if (ends.length > 0) forget = after(lingerMs, stop)
  })
  return { reply: stream.reply, stop }
}

function updateOf(uri: string): Message {
  return notification({ method: 'notifications/resources/updated', params: { uri } })
}

interface Started {
  readonly reply: HttpReply
  readonly stop: () => void
}

// Says that this came over HTTP, without holding on to the request for as long as the stream is open.
const unread = () => undefined

const lingerMs = 60_000
