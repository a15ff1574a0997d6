import type { FormQuestion, QuestionContext } from '@lutra/client'
import {
  checkAnswer,
  type ElicitResult,
  type Field,
  type Form,
  type FormContent,
} from '@lutra/core'
import { UnansweredError } from '../errors.ts'
import { safeLine } from '../terminal/safe-text.ts'
import { typedValue } from '../values/typed.ts'
import { describeField } from './describe-field.ts'

/** Answers a form by the words of the command line and the form's own defaults; throws `UnansweredError` naming what is left. */
export function fillFromWords(
  question: FormQuestion,
  about: QuestionContext,
  given: ReadonlyMap<string, string>,
): ElicitResult {
  const { form, initial, message } = question
  const content = { ...initial, ...answersFor(form, about, given) }
  const issues = checkAnswer(form, content)
  if (issues.length === 0) return { action: 'accept', content }
  const lines = issues.map(({ path, message: what }) => {
    const name = path.slice(1).replaceAll('~1', '/').replaceAll('~0', '~')
    const field = Object.hasOwn(form.properties, name) ? form.properties[name] : undefined
    return `  ${safeLine(name)} ${what}${field ? ` (${describeField(field)})` : ''}`
  })
  throw new UnansweredError(
    [
      `The server asks: ${safeLine(message)}`,
      ...lines,
      'Give --answer FIELD=VALUE, or run this in a terminal',
    ].join('\n'),
  )
}

/** What the command line answers of a form, each as the field wants it: `--answer field=…`, or `--answer question.field=…`. */
export function answersFor(
  form: Form,
  { key }: QuestionContext,
  given: ReadonlyMap<string, string>,
): FormContent {
  const answers = Object.entries(form.properties).flatMap(([name, field]) => {
    const text = given.get(`${key}.${name}`) ?? given.get(name)
    return text === undefined ? [] : [[name, fieldValue(name, field, text)] as const]
  })
  return Object.fromEntries(answers)
}

function fieldValue(name: string, field: Field, text: string): FormContent[string] {
  try {
    const texts = field.type === 'array' ? text.split(',').map((one) => one.trim()) : [text]
    const value = typedValue(texts, { ...field }) as FormContent[string]
    return field.type === 'array' && !Array.isArray(value) ? [String(value)] : value
  } catch (cause) {
    throw new UnansweredError(`--answer ${name}: ${(cause as Error).message}`, { cause })
  }
}
