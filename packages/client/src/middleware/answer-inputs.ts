/** Answers what servers ask in the middle of a call. See /specification/2026-07-28/basic/patterns/mrtr */
import {
  type Call,
  factsOf,
  type InputRequiredResult,
  isInputRequired,
  isObject,
  type Middleware,
  type Params,
  withCall,
} from '@lutra/core'
import { backoff, followAbort, sleep } from '@lutra/core/wait'
import { InvalidResponseError } from '../words/error.ts'
import { localOf } from '../words/local.ts'
import { type AnswerOptions, answerQuestion } from './answer-question.ts'

export interface AnswerInputsOptions extends AnswerOptions {
  /** Rounds of questions that one call may take. Default: 10. */
  readonly maxRounds?: number
}

/** Answers a server's questions by handlers and sends the call again, until it is complete. */
export function answerInputs(options: AnswerInputsOptions): Middleware {
  const { maxRounds = 10 } = options
  return (next) => async (call) => {
    let current = call
    for (let round = 0; ; round++) {
      const result = await next(current)
      if (!isInputRequired(result)) return result
      verifyAsked(call, result)
      if (round >= maxRounds) {
        throw new InvalidResponseError(
          `${call.method} asked for input more than ${maxRounds} times; raise maxRounds to go on longer`,
        )
      }
      current = withCall(call, { params: await answered(call, result, { round, ...options }) })
      localOf(call)?.deadline?.extend()
    }
  }
}

/** The params of the call that comes next: as at first, with the answers and the state of the last round alone. */
async function answered(
  call: Call,
  { inputRequests, requestState }: InputRequiredResult,
  options: AnswerOptions & { readonly round: number },
): Promise<Params> {
  const { inputResponses: _, requestState: __, ...params } = call.params
  const state = requestState === undefined ? {} : { requestState }
  if (!inputRequests) {
    // The server asks to come again later, not for anything.
    await sleep(backoff(options.round), call.signal)
    return { ...params, ...state }
  }
  const resume = localOf(call)?.deadline?.pause()
  const given = new AbortController()
  const letGo = followAbort(call.signal, given)
  try {
    const answers = await Promise.all(
      Object.entries(inputRequests).map(async ([key, request]) => {
        const about = aboutOf(call, key, given.signal)
        return [key, await answerQuestion(request, about, options)] as const
      }),
    )
    call.signal.throwIfAborted()
    return { ...params, inputResponses: Object.fromEntries(answers), ...state }
  } catch (error) {
    // One answer that cannot be had ends the call: whoever is busy with the others may stop.
    given.abort(error)
    throw error
  } finally {
    letGo()
    resume?.()
  }
}

function aboutOf(call: Call, key: string, signal: AbortSignal) {
  const { name: param } = factsOf(call.method)
  const name = param === undefined ? undefined : call.params[param]
  return { key, method: call.method, signal, ...(typeof name === 'string' && { name }) }
}

function verifyAsked(
  call: Call,
  { inputRequests, requestState }: { inputRequests?: unknown; requestState?: unknown },
): void {
  if (!factsOf(call.method).input) {
    throw new InvalidResponseError(`${call.method} may not ask for input, but the server did`)
  }
  const sound =
    (inputRequests === undefined || isObject(inputRequests)) &&
    (requestState === undefined || typeof requestState === 'string') &&
    (inputRequests !== undefined || requestState !== undefined)
  if (!sound) {
    throw new InvalidResponseError(
      'An input_required result needs "inputRequests", an object, or "requestState", a string',
    )
  }
  if (isObject(inputRequests) && Object.keys(inputRequests).length > maxQuestions) {
    throw new InvalidResponseError(`The server asked more than ${maxQuestions} questions at once`)
  }
}

const maxQuestions = 100
