import {
  type ChoicesField,
  type Field,
  type NumberField,
  optionsOf,
  type TextField,
} from './field.ts'
import { isOfFormat } from './format.ts'

/** What is wrong with a value that a field was given, or undefined where it fits. */
export function checkField(field: Field, value: unknown): string | undefined {
  switch (field.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'expected true or false'
    case 'number':
    case 'integer':
      return checkNumber(field, value)
    case 'array':
      return checkChoices(field, value)
    case 'string':
      return isText(field) ? checkText(field, value) : checkChoice(field, value)
  }
}

function isText(field: Field & { type: 'string' }): field is TextField {
  return !('enum' in field) && !('oneOf' in field)
}

function checkNumber({ type, minimum, maximum }: NumberField, value: unknown): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return `expected a number`
  if (type === 'integer' && !Number.isInteger(value)) return 'expected a whole number'
  if (minimum !== undefined && value < minimum) return `expected at least ${minimum}`
  if (maximum !== undefined && value > maximum) return `expected at most ${maximum}`
  return undefined
}

function checkText(
  { minLength = 0, maxLength = Number.POSITIVE_INFINITY, format }: TextField,
  value: unknown,
): string | undefined {
  if (typeof value !== 'string') return 'expected text'
  const length = lengthOf(value)
  if (length < minLength) return `expected at least ${minLength} characters`
  if (length > maxLength) return `expected at most ${maxLength} characters`
  return format && !isOfFormat(format, value) ? `expected ${formats[format]}` : undefined
}

const formats = {
  email: 'an e-mail address',
  uri: 'a URI',
  date: 'a date such as 2026-07-28',
  'date-time': 'a date and time such as 2026-07-28T12:00:00Z',
} as const

// JSON Schema counts characters, not the halves that JavaScript keeps some of them in.
function lengthOf(text: string): number {
  let length = 0
  for (const _ of text) length++
  return length
}

function checkChoice(field: Field, value: unknown): string | undefined {
  const options = optionsOf(field) ?? []
  return options.some((option) => option.const === value) ? undefined : expectedOneOf(field)
}

function checkChoices(field: ChoicesField, value: unknown): string | undefined {
  if (!Array.isArray(value)) return 'expected a list of choices'
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = field
  if (value.length < minItems) return `expected at least ${minItems} choices`
  if (value.length > maxItems) return `expected at most ${maxItems} choices`
  const chosen = new Set<unknown>(value)
  if (chosen.size < value.length) return 'expected each choice once'
  const options = new Set<unknown>(optionsOf(field)?.map((option) => option.const))
  return value.every((item) => options.has(item)) ? undefined : expectedOneOf(field)
}

function expectedOneOf(field: Field): string {
  const options = optionsOf(field) ?? []
  const shown = options.slice(0, 10).map((option) => JSON.stringify(option.const))
  return `expected one of ${shown.join(', ')}${options.length > shown.length ? ', …' : ''}`
}
