import { isObject } from '@lutra/core'
import { itemsOf, type JsonType, typesOf } from './schema.ts'

/** A typed text as the JSON value that a schema wants; throws `TypeError` saying what was expected. */
export function typedValue(
  texts: readonly string[],
  schema: Readonly<Record<string, unknown>>,
): unknown {
  const types = typesOf(schema)
  const [text = ''] = texts
  if (texts.length > 1) return typedList(texts, schema, types)
  if (types.size === 0) return text
  for (const read of readers) {
    const value = read(text, types)
    if (value !== undefined) return value
  }
  if (types.has('array')) return [typedValue([text], itemsOf(schema))]
  if (types.has('string')) return text
  throw new TypeError(`expected ${[...types].map(named).join(' or ')}, not ${JSON.stringify(text)}`)
}

function typedList(
  texts: readonly string[],
  schema: Readonly<Record<string, unknown>>,
  types: ReadonlySet<JsonType>,
): unknown {
  if (types.size > 0 && !types.has('array')) {
    throw new TypeError(`is given ${texts.length} times, but is no list`)
  }
  const items = itemsOf(schema)
  return texts.map((text) => typedValue([text], items))
}

// From the narrowest type to the widest: a text that fits none of them is text, where text is allowed.
const readers: readonly ((text: string, types: ReadonlySet<JsonType>) => unknown)[] = [
  (text, types) => (types.has('null') && text === 'null' ? null : undefined),
  (text, types) =>
    types.has('boolean') && (text === 'true' || text === 'false') ? text === 'true' : undefined,
  (text, types) => {
    if (!number.test(text)) return undefined
    const value = Number(text)
    if (types.has('number')) return value
    return types.has('integer') && Number.isInteger(value) ? value : undefined
  },
  (text, types) => {
    const value = /^\s*[[{]/.test(text) ? parsed(text) : undefined
    if (Array.isArray(value)) return types.has('array') ? value : undefined
    return isObject(value) && types.has('object') ? value : undefined
  },
]

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function named(type: JsonType): string {
  return names.get(type) ?? type
}

const names: ReadonlyMap<JsonType, string> = new Map([
  ['boolean', 'true or false'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['object', 'an object as JSON'],
  ['array', 'a list'],
  ['string', 'text'],
])
