import { ErrorCode, RpcError } from '@lutra/core'

/** Says that an instance has its hands full. */
export function busy(what: string): RpcError {
  return new RpcError(`This server ${what}: try again later`, { code: ErrorCode.internal })
}
