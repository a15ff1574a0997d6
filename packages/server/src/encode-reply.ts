import { encodeResult, type Id, type Result } from '@lutra/core'

/** The JSON text of a response; a result that brings its own text is not encoded again. Throws `TypeError` where it has none. */
export function encodeReply(id: Id, result: Result): string {
  const text: string | undefined = encodeResult(result)
  if (text?.[0] !== '{') throw new TypeError('A handler must return a result object')
  return `{"jsonrpc":"2.0","id":${typeof id === 'number' ? id : JSON.stringify(id)},"result":${text}}`
}
