/** HTTP+SSE, the transport of 2024-11-05: one stream for everything to the client, POSTs for the rest. See /specification/2024-11-05/basic/transports#http-with-sse */
import {
  type Auth,
  type Bus,
  encodeEvent,
  encodeMessageEvent,
  isObject,
  principalOf,
} from '@lutra/core'
import { type Seal, SealError } from '@lutra/core/seal'
import { createLogger, deprecate } from '../../deprecate.ts'
import type { Door, HttpReply, HttpRequest } from '../../http/exchange.ts'
import { accepted } from '../../http/reply.ts'
import { createLegacySession, type LegacySession } from '../session.ts'
import { noStreamLeft, type Parts } from './parts.ts'
import { sessionUnknown } from './post.ts'
import { eventHeaders } from './session-stream.ts'
import { soon } from './soon.ts'

export interface SseDoor {
  readonly open: Door
  /** Takes the POSTs to the addresses that `open` has given out; undefined for other POSTs. */
  post(request: HttpRequest, message: unknown): Promise<HttpReply> | undefined
}

interface Open {
  readonly session: LegacySession
  readonly principal: string
}

export function createSse(
  parts: Parts,
  { seal, bus }: { readonly seal: Seal; readonly bus: Bus },
): SseDoor {
  const { handler, streams, limits, onError } = parts
  const byToken = new Map<string, Open>()

  async function open(request: HttpRequest): Promise<HttpReply> {
    deprecate('HTTP+SSE, the transport of 2024-11-05,', instead, createLogger())
    let end = () => {}
    const release = streams.take(() => end())
    if (!release) return noStreamLeft
    end = release
    request.onGone(() => end())
    const sid = crypto.randomUUID()
    const principal = principalOf(request.auth)
    // Calls that were lost would never be answered: the client has to begin anew.
    const mailbox = openMailbox(bus, sid, () => end())
    let over = false
    end = () => {
      over = true
      mailbox.close()
      release()
    }
    if (mailbox.ready) await soon(mailbox.ready)
    const token = await seal.seal(sid, { context: contextOf(principal), ttlMs: tokenTtlMs })
    return {
      status: 200,
      headers: eventHeaders,
      stream(sink) {
        if (over) return sink.end()
        const session = createLegacySession(handler, {
          ...limits,
          onError,
          auth: request.auth,
          header: unread,
          send(message) {
            if (!sink.write(encodeMessageEvent(JSON.stringify(message)))) close()
          },
        })
        mailbox.open(session.receive)
        const close = () => {
          if (!byToken.delete(token)) return
          mailbox.close()
          release()
          // This transport cannot take a stream up again: who is gone hears of nothing any more.
          session.close()
          sink.end()
        }
        end = close
        byToken.set(token, { session, principal })
        sink.write(encodeEvent({ event: 'endpoint', data: addressOf(request.url, token) }))
      },
    }
  }

  async function post(request: HttpRequest, token: string, message: unknown): Promise<HttpReply> {
    const principal = principalOf(request.auth)
    const here = byToken.get(token)
    if (here) {
      if (here.principal !== principal) return sessionUnknown
      here.session.receive(message, request.auth)
      return accepted
    }
    const sid = await openToken(seal, token, principal)
    return sid === undefined ? sessionUnknown : passOn(bus, sid, { message, auth: request.auth })
  }

  return {
    open,
    post(request, message) {
      const token = tokenOf(request.url)
      return token === undefined ? undefined : post(request, token, message)
    },
  }
}

const instead = 'its clients should use Streamable HTTP, at the same address'
const tokenTtlMs = 7 * 24 * 60 * 60 * 1000
const param = 'sse'
// Says that this came over HTTP: the headers of the POSTs stay where they came in.
const unread = () => undefined

function contextOf(principal: string): string {
  return `legacy sse\n${principal}`
}

function topicOf(sid: string): string {
  return `lutra/legacy/sse/${sid}`
}

interface Passed {
  readonly message: unknown
  readonly auth: Auth | undefined
}

/** What comes to other instances for one stream. */
function openMailbox(bus: Bus, sid: string, lost: () => void) {
  let receive: LegacySession['receive'] | undefined
  const hear = (told: unknown) => {
    if (isObject(told)) receive?.(told['message'], told['auth'] as Auth | undefined)
  }
  const close = bus.subscribe(topicOf(sid), hear, lost)
  return {
    /** Until then it may miss something. */
    ready: close.ready,
    close,
    open: (by: LegacySession['receive']) => {
      receive = by
    },
  }
}

async function passOn(bus: Bus, sid: string, passed: Passed): Promise<HttpReply> {
  await bus.publish(topicOf(sid), passed)
  return accepted
}

/** Where the client is to POST: the address of its GET, with what names the stream. */
function addressOf(url: string, token: string): string {
  const [path = '/', query = ''] = url.split('?', 2)
  const params = new URLSearchParams(query)
  params.set(param, token)
  return `${path}?${params}`
}

function tokenOf(url: string): string | undefined {
  const at = url.indexOf('?')
  if (at < 0) return undefined
  return new URLSearchParams(url.slice(at)).get(param) ?? undefined
}

async function openToken(
  seal: Seal,
  token: string,
  principal: string,
): Promise<string | undefined> {
  try {
    const sid = await seal.open(token, { context: contextOf(principal) })
    return typeof sid === 'string' ? sid : undefined
  } catch (reason) {
    if (reason instanceof SealError) return undefined
    throw reason
  }
}
