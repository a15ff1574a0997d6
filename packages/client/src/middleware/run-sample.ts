/** Messages that servers ask a client's model to write. See /specification/2026-07-28/client/sampling */
import {
  checkSampleRequest,
  checkSampleResult,
  type Params,
  type SampleRequest,
  type SampleResult,
} from '@lutra/core'
import { InvalidResponseError } from '../words/error.ts'
import type { Answers, QuestionContext } from './answers.ts'

/** Checks a server's request, has a model answer it, and checks the answer. */
export type RunSample = (
  params: Params,
  about: QuestionContext,
  sample: NonNullable<Answers['sample']>,
) => Promise<SampleResult>

/**
 * Shows a model only requests that are sound, and a server only answers that are.
 * @deprecated Sampling goes with SEP-2577.
 */
export const runSample: RunSample = async (params, about, sample) => {
  const wrong = checkSampleRequest(params)
  if (wrong !== undefined) {
    throw new InvalidResponseError(`The server's sampling request is malformed: ${wrong}`)
  }
  const request = params as unknown as SampleRequest
  const result = await sample(request, about)
  const problem = checkSampleResult(result, request)
  if (problem === undefined) return result
  throw new TypeError(`The answer to "${about.key}" is no result of sampling: ${problem}`)
}
