import { ErrorCode, RpcError } from '@lutra/core'
import { InvalidResponseError } from '../words/error.ts'

const modernCodes: ReadonlySet<number> = new Set([
  ErrorCode.headerMismatch,
  ErrorCode.missingCapability,
  ErrorCode.unsupportedVersion,
])

/** Whether an error is one that only a modern server knows: it has to be spoken to in the modern way. */
export function isModernError(error: unknown): boolean {
  return error instanceof RpcError && modernCodes.has(error.code)
}

const otherStatus: ReadonlySet<number> = new Set([400, 404, 405])

/**
 * Whether a failure says that the server did not understand what it was told. A server that is down, busy, slow or
 * closed to this client has said nothing about its era.
 */
export function isUnderstandingError(error: unknown): boolean {
  const status = statusOf(error)
  if (status !== undefined) return otherStatus.has(status)
  return error instanceof RpcError || error instanceof InvalidResponseError
}

/** The HTTP status behind an error, where there was one. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  const { status } = error as { status?: unknown }
  return typeof status === 'number' ? status : statusOf(error.cause)
}
