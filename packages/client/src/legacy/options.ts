import type { InputRequest, Params } from '@lutra/core'
import { answerQuestion } from '../middleware/answer-question.ts'
import { fillForm } from '../middleware/fill-form.ts'
import { runSample } from '../middleware/run-sample.ts'
import { type ConnectOptions, warnBy } from '../options.ts'
import { capabilitiesOf } from '../words/meta.ts'
import type { AuthorizedOptions } from './authorized.ts'

/** What a legacy session is opened with. What it declares, it declares once, in the handshake. */
export interface LegacyOptions extends ConnectOptions, AuthorizedOptions {
  /**
   * Takes log messages that belong to no call which asked for them.
   * @deprecated Logging goes with SEP-2577.
   */
  readonly onStrayLog?: ((message: Params) => void) | undefined
  readonly park?: ParkOptions | undefined
}

/** Bounds of the calls that wait for their caller to come back with answers. */
export interface ParkOptions {
  /** How many may wait at once. Default: 256. */
  readonly max?: number | undefined
  /** Milliseconds that each may wait. Default: 10 minutes. */
  readonly ttlMs?: number | undefined
}

/** Gives the bare result with which a question is answered. */
export type AnswerQuestion = (question: InputRequest, signal: AbortSignal) => Promise<unknown>

/** Who answers what the server asks outside any call; undefined where nobody was given. */
export function answerOutside(options: LegacyOptions): AnswerQuestion | undefined {
  const { answer } = options
  if (!answer) return undefined
  const capabilities = capabilitiesOf(options)
  const onWarning = warnBy(options)
  return (question, signal) =>
    answerQuestion(
      question,
      { key: question.method, method: question.method, signal },
      { answer, capabilities, onWarning, forms: fillForm, samples: runSample },
    )
}
