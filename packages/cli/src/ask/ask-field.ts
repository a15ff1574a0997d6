import { log, multiselect, select, text } from '@clack/prompts'
import { checkAnswer, type ElicitValue, type Field, optionsOf } from '@lutra/core'
import type { CommandContext } from '../command.ts'
import { safeLine } from '../terminal/safe-text.ts'
import { typedValue } from '../values/typed.ts'
import { describeField } from './describe-field.ts'
import { ask, type PromptOptions } from './terminal.ts'

export interface AskedField {
  readonly name: string
  readonly field: Field
  readonly required: boolean
  readonly initial: ElicitValue | undefined
}

/** What a person gave for a field; `undefined` where they left an optional one out. */
export interface FieldAnswer {
  readonly given: ElicitValue | undefined
}

/** Asks for one field of a form, until what is typed fits it. */
export async function askField(
  asked: AskedField,
  turn: Pick<CommandContext, 'signal' | 'interrupt'>,
): Promise<FieldAnswer | 'esc'> {
  const { field } = asked
  if (field.type === 'boolean') return ask((options) => askChoice(asked, yesNo, options), turn)
  const choices = optionsOf(field)
  if (!choices) return ask((options) => askText(asked, options), turn)
  const offered = choices.map(({ const: value, title }) => ({ value, label: safeLine(title, 200) }))
  if (field.type !== 'array') return ask((options) => askChoice(asked, offered, options), turn)
  for (;;) {
    const answer = await ask((options) => askChoices(asked, offered, options), turn)
    if (answer === 'esc') return answer
    const wrong = answer.given === undefined ? undefined : problemOf(asked, answer.given)
    if (wrong === undefined) return answer
    log.warn(wrong, { output: process.stderr })
  }
}

interface Choice<T> {
  readonly value: T
  readonly label: string
}

const yesNo = [
  { value: true, label: 'Yes' },
  { value: false, label: 'No' },
]

async function askText(asked: AskedField, options: PromptOptions): Promise<FieldAnswer | symbol> {
  const { field, required, initial } = asked
  const typed = (value = ''): ElicitValue | undefined =>
    value === '' && !required ? undefined : (typedValue([value], { ...field }) as ElicitValue)
  const answer = await text({
    ...options,
    message: labelOf(asked),
    placeholder: describeField(field),
    ...(initial !== undefined && { initialValue: safeLine(String(initial)) }),
    validate(value) {
      try {
        const given = typed(value)
        return given === undefined ? undefined : problemOf(asked, given)
      } catch (error) {
        return (error as Error).message
      }
    },
  })
  return typeof answer === 'symbol' ? answer : { given: typed(answer) }
}

async function askChoice<T extends string | boolean>(
  asked: AskedField,
  choices: readonly Choice<T>[],
  options: PromptOptions,
): Promise<FieldAnswer | symbol> {
  const { required, initial } = asked
  const none = required ? [] : [{ value: -1, label: 'Leave out' }]
  const answer = await select({
    ...options,
    message: labelOf(asked),
    options: [...choices.map(({ label }, value) => ({ value, label })), ...none],
    initialValue: choices.findIndex(({ value }) => value === initial),
    maxItems: 10,
  })
  return typeof answer === 'symbol' ? answer : { given: choices[answer]?.value }
}

async function askChoices(
  asked: AskedField,
  choices: readonly Choice<string>[],
  options: PromptOptions,
): Promise<FieldAnswer | symbol> {
  const initial: readonly unknown[] = Array.isArray(asked.initial) ? asked.initial : []
  const answer = await multiselect({
    ...options,
    message: labelOf(asked),
    options: choices.map(({ label }, value) => ({ value, label })),
    initialValues: choices.flatMap(({ value }, at) => (initial.includes(value) ? [at] : [])),
    required: false,
    maxItems: 10,
  })
  if (typeof answer === 'symbol') return answer
  const given = answer.flatMap((at) => choices[at]?.value ?? [])
  return { given: given.length === 0 && !asked.required ? undefined : given }
}

function labelOf({ name, field, required }: AskedField): string {
  const title = safeLine(field.title ?? name, 200)
  const why = field.description === undefined ? '' : `: ${safeLine(field.description, 500)}`
  return `${title}${why}${required ? '' : ' (optional)'}`
}

function problemOf({ name, field }: AskedField, value: ElicitValue): string | undefined {
  const form = { type: 'object', properties: { [name]: field } } as const
  return checkAnswer(form, { [name]: value })[0]?.message
}
