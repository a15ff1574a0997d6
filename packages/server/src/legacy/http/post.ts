/** A POST of the legacy era. See /specification/2025-11-25/basic/transports#sending-messages-to-the-server */
import {
  idOf,
  isId,
  isObject,
  isRequest,
  type Message,
  parseMessage,
  principalOf,
  type RequestMessage,
  StoreError,
  success,
  toRpcError,
} from '@lutra/core'
import { initializeResult, lowerError, readInitialize } from '@lutra/core/legacy'
import { encodeFailure } from '../../encode-reply.ts'
import type { HttpReply, HttpRequest, LegacyDoor, PlainReply } from '../../http/exchange.ts'
import { accepted, jsonHeaders, refuse, refuseRequest } from '../../http/reply.ts'
import { refuseBatch } from '../batch.ts'
import { discover } from '../discover.ts'
import { createMeta } from '../session-meta.ts'
import type { HttpSession } from './http-session.ts'
import type { Parts } from './parts.ts'
import { createStatelessParties, type Party, revisionOf, unsupportedRevision } from './party.ts'
import { type BatchEntry, type Incoming, respond, respondToBatch } from './respond.ts'

/** Takes the POSTs of a legacy door. */
export function createPost(parts: Parts): LegacyDoor {
  const { sessions, options, limits } = parts
  const statelessParty = createStatelessParties(limits)

  function take(request: HttpRequest, value: unknown, session?: HttpSession): Promise<HttpReply> {
    const revision = revisionOf(request)
    if (!revision) return reply(unsupportedRevision(request))
    const party: Party = session
      ? { revision: session.revision, meta: session.meta, session }
      : statelessParty(revision)
    const incoming = { request, party }
    if (Array.isArray(value)) return takeBatch(parts, incoming, value)
    const message = parseMessage(value)
    if (isRequest(message)) return respond(parts, incoming, message)
    return heed(parts, party, message)
  }

  return async (request, value) => {
    // The handshake begins anew, whatever came before.
    if (isInitialize(value)) {
      const message = parseMessage(value)
      if (isRequest(message)) return initialize(parts, request, message)
    }
    const id = options.sessions === 'off' ? undefined : request.header('mcp-session-id')
    if (id === undefined) {
      return options.sessions === 'required' ? sessionMissing : take(request, value)
    }
    const found = sessions.find(id, principalOf(request.auth))
    // Awaited only where it takes a while.
    const session = found instanceof Promise ? await found : found
    return session === undefined ? sessionUnknown : take(request, value, session)
  }
}

/** What a client that has to begin anew is told. See /specification/2025-11-25/basic/transports#session-management */
export const sessionUnknown: PlainReply = refuseRequest(
  404,
  'This session is unknown, over or expired: begin a new one with initialize',
)

export const sessionMissing: PlainReply = refuseRequest(
  400,
  'The header Mcp-Session-Id is missing: begin a session with initialize',
)

function isInitialize(value: unknown): boolean {
  return isObject(value) && value['method'] === 'initialize' && value['id'] !== undefined
}

async function initialize(
  { handler, sessions, options, onError }: Parts,
  { auth, header }: HttpRequest,
  message: RequestMessage,
): Promise<HttpReply> {
  const { id, method, params } = message
  try {
    const hello = readInitialize(params)
    const discovered = await discover(handler, createMeta(hello), { auth, header })
    const body = JSON.stringify(success(id, initializeResult(hello.revision, discovered)))
    if (options.sessions === 'off') return { status: 200, headers: jsonHeaders, body }
    const session = await sessions.create(hello, principalOf(auth))
    return { status: 200, headers: { ...jsonHeaders, 'mcp-session-id': session.id }, body }
  } catch (reason) {
    return refuse(200, lowerError(toRpcError(reason, method, onError), method), { id })
  }
}

async function takeBatch(
  parts: Parts,
  incoming: Incoming,
  values: readonly unknown[],
): Promise<HttpReply> {
  const { party } = incoming
  const refused = refuseBatch(values, {
    batches: party.revision.batches,
    max: parts.limits.maxBatch,
  })
  if (refused) return refuse(400, refused)
  const read = values.map(readOne)
  const waits = read.some(({ message }) => message === undefined || isRequest(message))
  for (const { message } of read) {
    if (!message || isRequest(message)) continue
    const heeded = await heed(parts, party, message)
    // What could not be kept has to come again, and with it the rest.
    if (heeded === notNow) return notNow
  }
  return waits ? respondToBatch(parts, incoming, read) : accepted
}

/** One message of a batch, or the response to what is none. */
function readOne(value: unknown): BatchEntry {
  try {
    return { message: parseMessage(value) }
  } catch (reason) {
    return { refused: encodeFailure(idOf(value), toRpcError(reason)) }
  }
}

/** Takes what has no response. */
async function heed(
  { sessions, answers, onError }: Parts,
  { session }: Party,
  message: Exclude<Message, RequestMessage>,
): Promise<PlainReply> {
  if (!('method' in message)) {
    if (!session) return sessionMissing
    try {
      // An answer that was accepted is not lost.
      await answers.give(session, message)
      return accepted
    } catch (reason) {
      if (!(reason instanceof StoreError)) throw reason
      onError?.(reason, { id: session.sid, method: '' })
      return notNow
    }
  }
  const id = message.params?.['requestId']
  // Without a session nobody can tell whose request it is: the ids of all clients begin with 1.
  if (message.method === 'notifications/cancelled' && session && isId(id)) {
    sessions.cancel(session, id)
  }
  return accepted
}

const notNow: PlainReply = refuseRequest(
  503,
  'This answer cannot be kept now: send it again in a moment',
  { 'retry-after': '1' },
)

async function reply(value: HttpReply): Promise<HttpReply> {
  return value
}
