/** Which results a client may act on. See /specification/2026-07-28/basic#result-types */
import { type Call, isObject, type Middleware, type Result } from '@lutra/core'
import { InvalidResponseError } from '../words/error.ts'

/** Refuses results of a type that neither the protocol nor a declared extension has. */
export const checkResult: Middleware = (next) => async (call) => {
  const result: unknown = await next(call)
  if (!isObject(result)) throw new InvalidResponseError(`${call.method} gave no result`)
  const { resultType, _meta } = result
  if (_meta !== undefined && !isObject(_meta)) {
    throw new InvalidResponseError(`The result of ${call.method} needs "_meta" to be an object`)
  }
  // Older servers have no result types: what they give is complete.
  if (resultType === undefined) return { resultType: 'complete', ...result }
  if (
    resultType === 'complete' ||
    resultType === 'input_required' ||
    isDeclared(call, resultType)
  ) {
    return result as Result
  }
  throw new InvalidResponseError(
    `${call.method} gave a result of a type that was not agreed on: ${JSON.stringify(resultType).slice(0, 100)}`,
  )
}

function isDeclared({ meta }: Call, resultType: unknown): boolean {
  const extension = typeof resultType === 'string' ? resultTypes.get(resultType) : undefined
  return (
    extension !== undefined && Object.hasOwn(meta.clientCapabilities.extensions ?? {}, extension)
  )
}

/** Types of results that come with an extension. */
const resultTypes: ReadonlyMap<string, string> = new Map([
  ['task', 'io.modelcontextprotocol/tasks'],
])
