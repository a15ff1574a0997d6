/** What a request says of itself before anyone may look at the rest. See /specification/2026-07-28/basic/versioning */
import {
  claimedVersion,
  ErrorCode,
  isObject,
  modernVersions,
  type Params,
  RpcError,
} from '@lutra/core'

/** Whether a message, or one in a batch, says that it is of the modern era. */
export function claimsModern(value: unknown): boolean {
  const messages = Array.isArray(value) ? value : [value]
  return messages.some((message) => {
    const params = isObject(message) ? message['params'] : undefined
    return isObject(params) && claimedVersion(params) !== undefined
  })
}

/** What a client of the older era is told by a server that does not speak it. */
export function initializeRefused(params: Params): RpcError {
  const requested = params['protocolVersion']
  return new RpcError(`This server speaks ${modernVersions.join(', ')}, without initialize`, {
    code: ErrorCode.unsupportedVersion,
    data: { supported: modernVersions, requested: typeof requested === 'string' ? requested : '' },
  })
}
