import type { Result } from '../call.ts'
import { ErrorCode, RpcError } from '../error.ts'
import { isObject } from '../message.ts'
import { metaKeys } from '../meta.ts'
import { factsOf } from '../method.ts'
import type { Implementation } from '../shapes.ts'

/** Error codes that only the legacy wire has. */
export const LegacyErrorCode = {
  resourceNotFound: -32002,
  urlElicitationRequired: -32042,
} as const

/**
 * The modern form of a legacy server's result: complete, stale at once where it may be cached, and
 * with the name that the server gave when it was greeted.
 */
export function liftResult(
  method: string,
  result: Readonly<Record<string, unknown>>,
  serverInfo?: Implementation,
): Result {
  const lifted: Record<string, unknown> & { resultType: string } = {
    ...result,
    resultType: 'complete',
  }
  if (factsOf(method).cached) {
    lifted['ttlMs'] = 0
    lifted['cacheScope'] = 'private'
  }
  if (serverInfo) {
    const own = isObject(result['_meta']) ? result['_meta'] : undefined
    lifted['_meta'] = { [metaKeys.serverInfo]: serverInfo, ...own }
  }
  return lifted
}

/** The modern form of an error that a legacy server answered: its code for a missing resource is now one of the params. */
export function liftError(error: RpcError): RpcError {
  if (error.code !== LegacyErrorCode.resourceNotFound) return error
  const { message, data } = error
  return new RpcError(message, { code: ErrorCode.invalidParams, data, cause: error })
}
