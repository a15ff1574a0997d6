import type { JsonSchema } from '@lutra/core'
import { UsageError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { isOpen, propertiesOf, propertyOf } from './schema.ts'
import { typedValue } from './typed.ts'
import type { Given } from './words.ts'

/** The arguments of a tool, out of what a command line gives and the tool's schema; throws `UsageError` naming the word that does not fit. */
export function readArguments(
  all: readonly Given[],
  { tool, schema }: { readonly tool: string; readonly schema: JsonSchema },
): Readonly<Record<string, unknown>> {
  const texts = new Map<string, string[]>()
  const values = new Map<string, unknown>()
  for (const given of all) {
    if (given.kind === 'all') {
      for (const [key, value] of Object.entries(given.values)) values.set(key, value)
    } else if (given.kind === 'json') values.set(given.key, given.value)
    else texts.set(given.key, [...(texts.get(given.key) ?? []), given.text])
  }
  for (const [key, list] of texts) {
    verifyKnown(key, tool, schema)
    try {
      values.set(key, typedValue(list, propertyOf(schema, key) ?? {}))
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause
      throw new UsageError(`${key} of ${tool}: ${cause.message}`, { cause })
    }
  }
  return Object.fromEntries(values)
}

// A misspelt name is told even where any name would be taken; what is given as JSON is left to the server.
function verifyKnown(key: string, tool: string, schema: JsonSchema): void {
  if (propertyOf(schema, key)) return
  const names = propertiesOf(schema)
  const near = nearest(key, names)
  if (isOpen(schema) && (near === undefined || names.length === 0)) return
  const hint = near
    ? `; did you mean ${near}?`
    : names.length > 0
      ? `; it has ${names.join(', ')}`
      : ''
  throw new UsageError(`${tool} has no argument ${key}${hint}`)
}
