/** One exchange of Streamable HTTP, as values. See /specification/2026-07-28/basic/transports/streamable-http */
import {
  claimedVersion,
  defaultMaxDepth,
  ErrorCode,
  type Id,
  idOf,
  isModern,
  isObject,
  isRequest,
  type Message,
  type Meta,
  parseMessage,
  type RequestMessage,
  RpcError,
  readMeta,
  toRpcError,
  verifyHeaders,
  verifyVersion,
  verifyVersionHeader,
} from '@lutra/core'
import { claimsModern, readUnclaimed } from '../claim.ts'
import type { Servable } from '../server-types.ts'
import { type CorsWords, createCors } from './cors.ts'
import type { Door, Guard, HttpHead, HttpReply, HttpRequest, LegacyDoor } from './exchange.ts'
import { createGauge } from './gauge.ts'
import { createGuard } from './guard.ts'
import { createIdentify, type Identify } from './identify.ts'
import type { HttpOptions } from './options.ts'
import { defaultMaxBodyBytes, defaultMaxCalls } from './options.ts'
import { acceptsReplies, readJson } from './read.ts'
import { accepted, refuse, refuseRequest } from './reply.ts'
import { respond } from './respond.ts'

export interface DoorOptions extends HttpOptions {
  /** Takes what is not of the modern era. Without it, that is refused. */
  readonly legacyDoor?: LegacyDoor | undefined
  readonly corsWords?: CorsWords | undefined
}

/** What every HTTP server stands on: first the guard, then who calls, then, with the body, the exchange itself. */
export interface Doorway {
  readonly guard: Guard
  /** Finds out who calls; undefined where the door itself does not ask. Never rejects. */
  readonly identify: Identify | undefined
  readonly enter: Door
  /** The reply where the body was more than `maxBodyBytes`. */
  readonly tooLarge: (head: HttpHead) => HttpReply
  readonly maxBodyBytes: number
}

/** Makes the two steps that serve a handler: guard, then read, check and respond. */
export function createDoor(handler: Servable, options: DoorOptions = {}): Doorway {
  const {
    legacyDoor,
    auth,
    maxDepth = defaultMaxDepth,
    maxBodyBytes = defaultMaxBodyBytes,
  } = options
  if (handler.shared) auth?.share?.(handler.shared)
  const cors = createCors(options.cors, options.corsWords)
  const calls = createGauge(options.maxCalls ?? defaultMaxCalls)

  async function exchange(request: HttpRequest): Promise<HttpReply> {
    let value: unknown
    try {
      if (request.method !== 'POST') {
        return legacyDoor && request.method !== 'OPTIONS'
          ? await legacyDoor(request, undefined)
          : refuseRequest(405, `Method not allowed: ${request.method.slice(0, 20)}`, onlyPost)
      }
      const read = readJson(request, maxDepth)
      if ('refused' in read) return read.refused
      value = read.value
      if (legacyDoor && isLegacy(request, value)) return await legacyDoor(request, value)
      return await answer(request, parseMessage(value))
    } catch (reason) {
      const error = toRpcError(reason, methodOf(value), handler.onError)
      const status = error.code === ErrorCode.internal ? 500 : 400
      return refuse(status, error, { id: idOf(value) })
    }
  }

  function answer(request: HttpRequest, message: Message): HttpReply | Promise<HttpReply> {
    if (!('method' in message)) {
      return refuseRequest(400, 'Expected a request or a notification, not a response')
    }
    if (!isRequest(message)) return accepted
    if (!acceptsReplies(request)) {
      return refuseRequest(406, 'Expected Accept: application/json, text/event-stream')
    }
    const { id, method, params = {} } = message
    const meta = verifyEnvelope(request, message)
    if (!calls.enter()) return overloaded(id)
    const incoming = { id, method, params, meta, request, calls, challenge: auth?.challenge }
    return respond(handler, incoming, handler.onError)
  }

  return {
    guard: createGuard(options, cors),
    identify: auth && createIdentify(auth, { cors, onError: handler.onError }),
    enter: cors ? async (request) => cors.expose(await exchange(request), request) : exchange,
    tooLarge(head) {
      const reply = refuseRequest(413, `The body is larger than ${maxBodyBytes} bytes`)
      return cors ? cors.expose(reply, head) : reply
    },
    maxBodyBytes,
  }
}

const onlyPost = { allow: 'POST' }

function overloaded(id: Id): HttpReply {
  const message = 'This server has as many calls under way as it takes: try again later'
  const error = new RpcError(message, { code: ErrorCode.internal })
  return refuse(503, error, { id, headers: { 'retry-after': '5' } })
}

/** Whether a body is of the older era: neither it nor its header claims a modern revision. */
function isLegacy(request: HttpRequest, value: unknown): boolean {
  return !isModern(request.header('mcp-protocol-version')) && !claimsModern(value)
}

/** Checks what a request says of itself, in the order that the specification's errors need. */
function verifyEnvelope({ header }: HttpRequest, { method, params = {} }: RequestMessage): Meta {
  const version = claimedVersion(params)
  if (version === undefined) return readUnclaimed(params)
  verifyVersionHeader(header, version)
  verifyVersion(version)
  const meta = readMeta(params)
  verifyHeaders(header, method, params)
  return meta
}

function methodOf(value: unknown): string {
  return isObject(value) && typeof value['method'] === 'string' ? value['method'] : ''
}
