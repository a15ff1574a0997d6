import { StoreError, type StoreErrorCode } from './store-error.ts'

/** The error codes of the protocol. See /specification/2026-07-28/basic#error-codes */
export const ErrorCode = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  headerMismatch: -32020,
  missingCapability: -32021,
  unsupportedVersion: -32022,
} as const

const brand: unique symbol = Symbol.for('lutra.RpcError') as never

/** An error with a place on the wire: its message, code and data reach the peer. */
export class RpcError extends Error {
  // A process may have several copies of this package, as where a command line serves a file of another project.
  static override [Symbol.hasInstance](value: unknown): value is RpcError {
    // biome-ignore lint/complexity/noThisInStatic: a class made from this one inherits the question.
    const own = Object[Symbol.hasInstance].call(this, value)
    // biome-ignore lint/complexity/noThisInStatic: the same.
    return own || (this === RpcError && value instanceof Error && brand in value)
  }

  get [brand](): true {
    return true
  }

  override readonly name = 'RpcError'
  readonly code: number
  readonly data?: unknown

  constructor(message: string, options: { code: number; data?: unknown; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = options.code
    if (options.data !== undefined) this.data = options.data
  }
}

/** Where errors that the peer must not read in full are told. */
export type OnError = (
  error: unknown,
  about: { readonly id: string; readonly method: string },
) => void

/**
 * What the peer may read of whatever was thrown: an `RpcError` as it is; of an engine that is away or full, that it is; anything else
 * as "Internal error". All but the first with an id under which `onError` was told the cause.
 */
export function toRpcError(reason: unknown, method = '', onError?: OnError): RpcError {
  if (reason instanceof RpcError) return reason
  const id = crypto.randomUUID()
  onError?.(reason, { id, method })
  const options = { code: ErrorCode.internal, cause: reason }
  const away = reason instanceof StoreError && passing[reason.code]
  if (!away) return new RpcError(`Internal error (${id})`, options)
  const [told, retryAfterMs] = away
  return new RpcError(`${told} (${id})`, { ...options, data: { retryAfterMs } })
}

/** What an engine gets over, and when to come again. Where it is, and why it fails, is not the peer's business. */
const passing: Partial<Record<StoreErrorCode, readonly [told: string, retryAfterMs: number]>> = {
  unavailable: ['The store is away: try again later', 2000],
  full: ['The store has no room left', 30_000],
}

/** Refuses params: the usual error of a method that got something it cannot use. */
export function invalidParams(message: string, data?: unknown): RpcError {
  return new RpcError(message, { code: ErrorCode.invalidParams, data })
}

/** Says that this server has no such method. */
export function methodNotFound(method: string): RpcError {
  return new RpcError(`Method not found: ${method.slice(0, 200)}`, {
    code: ErrorCode.methodNotFound,
  })
}

/** Says which client capabilities a call needs and did not declare, e.g. `{ elicitation: { url: {} } }`. */
export function missingCapability(
  requiredCapabilities: Readonly<Record<string, unknown>>,
): RpcError {
  const names = Object.keys(requiredCapabilities).join(', ')
  return new RpcError(`This request needs a client capability that it did not declare: ${names}`, {
    code: ErrorCode.missingCapability,
    data: { requiredCapabilities },
  })
}
