import { isObject, type ResourceContents, type Result } from '@lutra/core'
import { InvalidResponseError } from './error.ts'

/** What a resource holds. */
export interface ResourceResult {
  readonly contents: readonly ResourceContents[]
  /** The contents that are text, joined by line ends. */
  readonly text: string
  readonly meta: Readonly<Record<string, unknown>>
  /** The result as it came. */
  readonly raw: Result
}

/** Reads the result of `resources/read`; throws `InvalidResponseError` where its contents are malformed. */
export function readResourceResult(raw: Result): ResourceResult {
  const { contents, _meta: meta = {} } = raw
  if (!Array.isArray(contents) || !contents.every(isContents)) {
    throw new InvalidResponseError(
      'The result of resources/read needs "contents" to be a list of entries with a uri and text or blob',
    )
  }
  const text = contents.flatMap((one) => ('text' in one ? one.text : [])).join('\n')
  return { contents, text, meta, raw }
}

function isContents(value: unknown): value is ResourceContents {
  return (
    isObject(value) &&
    typeof value['uri'] === 'string' &&
    (typeof value['text'] === 'string' || typeof value['blob'] === 'string')
  )
}
