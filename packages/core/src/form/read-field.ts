import { isObject } from '../message.ts'
import { checkField } from './check-field.ts'
import type { Field } from './field.ts'
import { readOptions } from './read-options.ts'

export interface ReadOptions {
  /** Refuse what a form cannot say, instead of dropping it. */
  readonly strict: boolean
}

/** One property of a schema as a field; throws `TypeError` saying why no form can ask for it. */
export function readField(schema: unknown, options: ReadOptions): Field {
  if (!isObject(schema)) throw new TypeError('expected a schema')
  const field = { ...readKind(schema, options), ...readLabels(schema) }
  const initial = schema['default']
  if (initial === undefined) return field
  const problem = checkField(field, initial)
  if (problem === undefined) return { ...field, default: initial } as Field
  if (options.strict) throw new TypeError(`its default does not fit: ${problem}`)
  return field
}

type Schema = Readonly<Record<string, unknown>>

// Each kind of field by its own keywords; what is common to all is in readLabels.
function readKind(schema: Schema, options: ReadOptions): Field {
  const choice = readOptions(schema)
  if (choice) {
    known(schema, ['enum', 'enumNames', 'const', 'oneOf', 'anyOf'], options)
    return { type: 'string', ...('titled' in choice ? { oneOf: choice.titled } : choice) }
  }
  switch (schema['type']) {
    case 'string':
      return readText(schema, options)
    case 'number':
    case 'integer':
      return readNumber(schema, options)
    case 'boolean':
      known(schema, [], options)
      return { type: 'boolean' }
    case 'array':
      return readChoices(schema, options)
    default:
      throw new TypeError(unknownType(schema))
  }
}

function readText(schema: Schema, options: ReadOptions): Field {
  const { format } = schema
  const isKnown =
    format === 'email' || format === 'uri' || format === 'date' || format === 'date-time'
  if (options.strict && format !== undefined && !isKnown) {
    throw new TypeError(`format ${format} is none of email, uri, date, date-time`)
  }
  // Libraries tell the pattern behind a format along with it; the format alone says enough.
  known(schema, ['minLength', 'maxLength', 'format', ...(isKnown ? ['pattern'] : [])], options)
  return {
    type: 'string',
    ...bounds(schema, ['minLength', 'maxLength']),
    ...(isKnown ? { format } : {}),
  }
}

function readNumber(schema: Schema, options: ReadOptions): Field {
  const { exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const whole = schema['type'] === 'integer' || multipleOf === 1
  if (!whole) {
    known(schema, ['minimum', 'maximum'], options)
    return { type: 'number', ...bounds(schema, ['minimum', 'maximum']) }
  }
  const exclusive = ['exclusiveMinimum', 'exclusiveMaximum']
  known(
    schema,
    ['minimum', 'maximum', ...exclusive, ...(multipleOf === 1 ? ['multipleOf'] : [])],
    options,
  )
  const { minimum, maximum } = bounds(schema, ['minimum', 'maximum'])
  const least = Math.max(
    minimum ?? Number.MIN_SAFE_INTEGER,
    typeof exclusiveMinimum === 'number'
      ? Math.floor(exclusiveMinimum) + 1
      : Number.MIN_SAFE_INTEGER,
  )
  const most = Math.min(
    maximum ?? Number.MAX_SAFE_INTEGER,
    typeof exclusiveMaximum === 'number'
      ? Math.ceil(exclusiveMaximum) - 1
      : Number.MAX_SAFE_INTEGER,
  )
  return {
    type: 'integer',
    ...(least > Number.MIN_SAFE_INTEGER ? { minimum: least } : {}),
    ...(most < Number.MAX_SAFE_INTEGER ? { maximum: most } : {}),
  }
}

function readChoices(schema: Schema, options: ReadOptions): Field {
  const { items } = schema
  const choice = isObject(items) ? readOptions(items) : undefined
  if (!choice) throw new TypeError('a list must be of choices: items with an enum of strings')
  known(schema, ['items', 'minItems', 'maxItems', 'uniqueItems'], options)
  return {
    type: 'array',
    ...bounds(schema, ['minItems', 'maxItems']),
    items: 'titled' in choice ? { anyOf: choice.titled } : { type: 'string', ...choice },
  }
}

function bounds<Name extends string>(schema: Schema, names: readonly Name[]) {
  const entries = names.flatMap((name) => {
    const value = schema[name]
    return typeof value === 'number' && Number.isFinite(value) ? [[name, value] as const] : []
  })
  return Object.fromEntries(entries) as { [N in Name]?: number }
}

function readLabels({ title, description }: Schema): { title?: string; description?: string } {
  return {
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof description === 'string' ? { description } : {}),
  }
}

// What tells nothing about the values that fit.
const annotations = [
  'type',
  'title',
  'description',
  'default',
  'examples',
  '$comment',
  'deprecated',
  'readOnly',
  'writeOnly',
  '$id',
  'id',
]

function known(schema: Schema, keywords: readonly string[], { strict }: ReadOptions): void {
  if (!strict) return
  const other = Object.keys(schema).find(
    (keyword) => !annotations.includes(keyword) && !keywords.includes(keyword),
  )
  if (other === undefined) return
  const hint = other.startsWith('exclusive') ? ' (use minimum or maximum, or whole numbers)' : ''
  throw new TypeError(`a form has no "${other}" for this type${hint}`)
}

function unknownType({ type, anyOf, oneOf }: Schema): string {
  const several = Array.isArray(type)
    ? type
    : [...(Array.isArray(anyOf) ? anyOf : []), ...(Array.isArray(oneOf) ? oneOf : [])]
  const nullable = several.some(
    (one) => one === 'null' || (isObject(one) && one['type'] === 'null'),
  )
  if (nullable) return 'a form has no null: make the property optional instead'
  if (type === 'object') return 'a form is flat: it cannot hold an object'
  return 'a form asks for text, numbers, booleans and choices of strings only'
}
