/** Suggestions for arguments. See /specification/2026-07-28/server/utilities/completion */
import { isObject, type Result } from '@lutra/core'
import { InvalidResponseError } from './error.ts'

/** What is to be completed. */
export interface CompletionRequest {
  readonly ref:
    | { readonly type: 'ref/prompt'; readonly name: string }
    | { readonly type: 'ref/resource'; readonly uri: string }
  readonly argument: { readonly name: string; readonly value: string }
  /** Arguments that are already settled. */
  readonly context?: { readonly arguments?: Readonly<Record<string, string>> }
}

/** Suggestions, the best first. */
export interface Completion {
  readonly values: readonly string[]
  /** How many there are in all, where the server knows. */
  readonly total?: number
  readonly hasMore: boolean
}

/** Reads the result of `completion/complete`; throws `InvalidResponseError` where it is malformed. */
export function readCompletion(raw: Result): Completion {
  const completion = isObject(raw['completion']) ? raw['completion'] : {}
  const { values, total, hasMore } = completion
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) {
    throw new InvalidResponseError(
      'The result of completion/complete needs "completion.values" to be a list of strings',
    )
  }
  return { values, ...(typeof total === 'number' && { total }), hasMore: hasMore === true }
}
