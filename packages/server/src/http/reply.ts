/** The replies that hold one JSON message, and the status that goes with an error. See /specification/2026-07-28/basic/transports/streamable-http */
import { ErrorCode, type Id, isObject, RpcError } from '@lutra/core'
import { encodeFailure } from '../encode-reply.ts'
import { rateLimited } from '../middleware/rate-limit.ts'
import type { PlainReply } from './exchange.ts'

export const jsonHeaders: Readonly<Record<string, string>> = { 'content-type': 'application/json' }

/** The reply to an accepted notification. */
export const accepted: PlainReply = { status: 202, headers: {} }

/** An error as the whole reply. */
export function refuse(
  status: number,
  error: RpcError,
  about: { readonly id?: Id | undefined; readonly headers?: Readonly<Record<string, string>> } = {},
): PlainReply {
  return {
    status,
    headers: about.headers ? { ...jsonHeaders, ...about.headers } : jsonHeaders,
    body: encodeFailure(about.id, error),
  }
}

/** The reply to a call that failed: what will be over after a while says so to HTTP too, which proxies and clients understand. */
export function replyError(id: Id, error: RpcError): PlainReply {
  const after = isObject(error.data) ? error.data['retryAfterMs'] : undefined
  if (typeof after !== 'number') return refuse(statuses.get(error.code) ?? 200, error, { id })
  const headers = { 'retry-after': `${Math.max(1, Math.ceil(after / 1000))}` }
  return refuse(error.code === rateLimited ? 429 : 503, error, { id, headers })
}

/** Refuses what is no valid request in the sense of HTTP or of JSON-RPC. */
export function refuseRequest(
  status: number,
  message: string,
  headers?: Readonly<Record<string, string>>,
): PlainReply {
  const error = new RpcError(message, { code: ErrorCode.invalidRequest })
  return refuse(status, error, headers ? { headers } : {})
}

const statuses: ReadonlyMap<number, number> = new Map([
  [ErrorCode.methodNotFound, 404],
  [ErrorCode.headerMismatch, 400],
  [ErrorCode.missingCapability, 400],
  [ErrorCode.unsupportedVersion, 400],
  [ErrorCode.invalidRequest, 400],
  [ErrorCode.parse, 400],
])
