import type { Id, Result } from '@lutra/core'
import { lowerResult, type Revision } from '@lutra/core/legacy'

/** The JSON text of a response that holds a result in the words of a revision. */
export function encodeLowered(
  { id, method }: { readonly id: Id; readonly method: string },
  result: Result,
  revision: Revision,
): string {
  const text = encodeResult(method, result, revision)
  return `{"jsonrpc":"2.0","id":${typeof id === 'number' ? id : JSON.stringify(id)},"result":${text}}`
}

/** Lists are the same object as long as nothing changes: translated and encoded once for each revision. */
function encodeResult(method: string, result: Result, revision: Revision): string {
  if (!method.endsWith('/list')) return encode(method, result, revision)
  const known = encoded.get(result) ?? new Map<string, string>()
  const text = known.get(revision.version) ?? encode(method, result, revision)
  encoded.set(result, known.set(revision.version, text))
  return text
}

// Gone with the results: it holds nothing that the server does not hold.
const encoded = new WeakMap<Result, Map<string, string>>()

function encode(method: string, result: Result, revision: Revision): string {
  const text: string | undefined = JSON.stringify(lowerResult(method, result, revision))
  if (text?.[0] !== '{') throw new TypeError('A handler must return a result object')
  return text
}
