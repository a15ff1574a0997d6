/** The envelope of a modern request. See /specification/2026-07-28/basic#meta */
import type { Params } from './call.ts'
import { ErrorCode, RpcError } from './error.ts'
import { isId, isObject } from './message.ts'
import type { ClientCapabilities, Implementation, LogLevel } from './shapes.ts'
import { logLevels } from './shapes.ts'

/** What a caller says of itself and of this request, on every call. */
export interface Meta {
  readonly protocolVersion: string
  readonly clientCapabilities: ClientCapabilities
  readonly clientInfo?: Implementation
  /** @deprecated Logging goes with SEP-2577, at the earliest on 2027-07-28: write to stderr or use OpenTelemetry. */
  readonly logLevel?: LogLevel
  readonly progressToken?: string | number
  /** W3C Trace Context, passed through. */
  readonly traceparent?: string
  readonly tracestate?: string
  readonly baggage?: string
}

const prefix = 'io.modelcontextprotocol/'

/** The `_meta` keys of the specification, by the name that they have here. */
export const metaKeys = {
  protocolVersion: `${prefix}protocolVersion`,
  clientCapabilities: `${prefix}clientCapabilities`,
  clientInfo: `${prefix}clientInfo`,
  logLevel: `${prefix}logLevel`,
  serverInfo: `${prefix}serverInfo`,
  subscriptionId: `${prefix}subscriptionId`,
} as const

/** The revision that params claim, or undefined where they claim none: the caller may be of the legacy era. */
export function claimedVersion(params: Params | undefined): string | undefined {
  const own = params?.['_meta']
  if (!isObject(own)) return undefined
  const version = own[metaKeys.protocolVersion]
  return typeof version === 'string' ? version : undefined
}

/** Reads the envelope out of params; throws `RpcError` -32602 that names the field that is missing or malformed. */
export function readMeta(params: Params | undefined): Meta {
  const own = params?.['_meta']
  if (!isObject(own)) throw missing('_meta')
  const protocolVersion = own[metaKeys.protocolVersion]
  if (typeof protocolVersion !== 'string') throw missing(metaKeys.protocolVersion)
  const clientCapabilities = own[metaKeys.clientCapabilities]
  if (!isObject(clientCapabilities)) throw missing(metaKeys.clientCapabilities)
  const clientInfo = own[metaKeys.clientInfo]
  if (clientInfo !== undefined && !isObject(clientInfo)) throw missing(metaKeys.clientInfo)
  const meta: { -readonly [K in keyof Meta]: Meta[K] } = {
    protocolVersion,
    clientCapabilities: clientCapabilities as ClientCapabilities,
  }
  if (clientInfo) meta.clientInfo = clientInfo as unknown as Implementation
  readOptional(own, meta)
  return meta
}

function readOptional(
  own: Record<string, unknown>,
  meta: { -readonly [K in keyof Meta]: Meta[K] },
): void {
  const { progressToken, traceparent, tracestate, baggage } = own
  if (progressToken !== undefined) {
    if (!isId(progressToken)) {
      throw missing('progressToken', 'a string of at most 1024 characters or an integer')
    }
    meta.progressToken = progressToken
  }
  const logLevel = own[metaKeys.logLevel]
  if (logLevel !== undefined) {
    if (!logLevels.includes(logLevel as LogLevel)) {
      throw missing(metaKeys.logLevel, `one of ${logLevels.join(', ')}`)
    }
    meta.logLevel = logLevel as LogLevel
  }
  // A malformed trace context is dropped, as W3C asks: it must never fail a request.
  if (typeof traceparent === 'string' && traceparentForm.test(traceparent)) {
    meta.traceparent = traceparent
    if (typeof tracestate === 'string') meta.tracestate = tracestate
  }
  if (typeof baggage === 'string') meta.baggage = baggage
}

// Later versions may have more behind, version 00 has not.
const traceparentForm =
  /^(?!ff)(?!00.{54})[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/

/** Writes the envelope into params, as every modern request carries it; other `_meta` keys stay. */
export function withMeta(params: Params, meta: Meta): Params {
  const own = isObject(params['_meta']) ? params['_meta'] : undefined
  const envelope: Record<string, unknown> = { ...own }
  envelope[metaKeys.protocolVersion] = meta.protocolVersion
  envelope[metaKeys.clientCapabilities] = meta.clientCapabilities
  if (meta.clientInfo) envelope[metaKeys.clientInfo] = meta.clientInfo
  if (meta.logLevel) envelope[metaKeys.logLevel] = meta.logLevel
  if (meta.progressToken !== undefined) envelope['progressToken'] = meta.progressToken
  if (meta.traceparent) envelope['traceparent'] = meta.traceparent
  if (meta.tracestate) envelope['tracestate'] = meta.tracestate
  if (meta.baggage) envelope['baggage'] = meta.baggage
  return { ...params, _meta: envelope }
}

function missing(field: string, expected = 'the field'): RpcError {
  const message =
    expected === 'the field'
      ? `Invalid params: ${field} is missing or malformed; every request carries it in _meta`
      : `Invalid params: expected _meta ${field} to be ${expected}`
  return new RpcError(message, { code: ErrorCode.invalidParams })
}
