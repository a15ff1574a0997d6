import type { Result } from './call.ts'

const text = Symbol('lutra.encoded')

/** Attaches the JSON text of a result that is sent many times, so that no transport encodes it again. A copy made by spread loses it. */
export function withEncoded<R extends Result>(result: R, json: string = JSON.stringify(result)): R {
  return Object.defineProperty(result, text, { value: json })
}

/** The JSON text of a result; throws `TypeError` where a value in it has none. */
export function encodeResult(result: Result): string {
  return (result as { [text]?: string })[text] ?? JSON.stringify(result)
}
