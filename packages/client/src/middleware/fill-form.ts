/** Forms that servers ask to have filled in. See /specification/2026-07-28/client/elicitation */
import {
  checkAnswer,
  type ElicitResult,
  type Params,
  parseForm,
  pickAnswer,
  withDefaults,
} from '@lutra/core'
import type { Answers, QuestionContext } from './answers.ts'

/** Turns a server's question into a form, has it answered, and checks the answer. */
export type FillForm = (
  params: Params,
  about: QuestionContext,
  elicit: NonNullable<Answers['elicit']>,
) => Promise<ElicitResult>

/** Checks a form before a person sees it, fills in the defaults that they left, and checks what they gave. */
export const fillForm: FillForm = async (params, about, elicit) => {
  const form = parseForm(params['requestedSchema'])
  const message = String(params['message'] ?? '')
  const given = await elicit({ message, form, initial: withDefaults(form) }, about)
  if (given.action !== 'accept') return { action: given.action }
  const content = pickAnswer(form, withDefaults(form, given.content))
  const issues = checkAnswer(form, content)
  if (issues.length === 0) return { action: 'accept', content }
  const listed = issues.map(({ path, message: what }) => `${path} ${what}`).join('; ')
  throw new TypeError(`The answer to "${about.key}" does not fit its form: ${listed}`)
}
