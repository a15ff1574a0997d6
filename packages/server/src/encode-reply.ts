import { ErrorCode, encodeResult, failure, type Id, type Result, RpcError } from '@lutra/core'

/** The JSON text of a response; a result that brings its own text is not encoded again. Throws `TypeError` where it has none. */
export function encodeReply(id: Id, result: Result): string {
  const text: string | undefined = encodeResult(result)
  if (text?.[0] !== '{') throw new TypeError('A handler must return a result object')
  return `{"jsonrpc":"2.0","id":${typeof id === 'number' ? id : JSON.stringify(id)},"result":${text}}`
}

/** The JSON text of an error response; of one whose data has no JSON, without the data. Never throws. */
export function encodeFailure(id: Id | undefined, error: RpcError): string {
  try {
    return JSON.stringify(failure(id, error))
  } catch (cause) {
    const { message, code = ErrorCode.internal } = error
    return JSON.stringify(failure(id, new RpcError(message, { code, cause })))
  }
}
