/** Multi-round-trip requests: who needs input returns saying so. See /specification/2026-07-28/basic/patterns/mrtr */
import type { Params, Result } from './call.ts'

/** The methods that an `input_required` result may ask its caller for. */
export type InputMethod = 'elicitation/create' | 'sampling/createMessage' | 'roots/list'

/** One question to the caller. */
export interface InputRequest {
  readonly method: InputMethod
  readonly params?: Params
}

export type InputRequests = Readonly<Record<string, InputRequest>>

/** Answers by the key of their question: bare results, without an error form. */
export type InputResponses = Readonly<Record<string, unknown>>

/** A result that ends the call and asks for input; the caller sends the call again with the answers. */
export interface InputRequiredResult extends Result {
  readonly resultType: 'input_required'
  readonly inputRequests?: InputRequests
  readonly requestState?: string
}

/** Asks the caller for input, or with `requestState` alone to come again later. At least one of the two is given. */
export function inputRequired(
  asked: { inputRequests: InputRequests; requestState?: string } | { requestState: string },
): InputRequiredResult {
  return { resultType: 'input_required', ...asked }
}

export function isInputRequired(result: {
  readonly resultType?: unknown
}): result is InputRequiredResult {
  return result.resultType === 'input_required'
}
