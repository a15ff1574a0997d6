/** Which era a message says that it is of. See /specification/2026-07-28/basic/versioning */
import {
  claimedVersion,
  ErrorCode,
  isObject,
  type Meta,
  modernVersions,
  type Params,
  RpcError,
  readMeta,
} from '@lutra/core'

/** Whether a message, or one in a batch, says that it is of the modern era. */
export function claimsModern(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(claimsModern)
  const params = isObject(value) ? value['params'] : undefined
  return isObject(params) && claimedVersion(params) !== undefined
}

/** Refuses params that claim nothing; whoever opens the older handshake is told which versions are spoken. */
export function readUnclaimed(params: Params): Meta {
  const requested = params['protocolVersion']
  if (typeof requested !== 'string') return readMeta(params)
  const spoken = modernVersions.join(', ')
  throw new RpcError(
    `This server speaks ${spoken}, where every request says its version in _meta`,
    {
      code: ErrorCode.unsupportedVersion,
      data: { supported: modernVersions, requested },
    },
  )
}
