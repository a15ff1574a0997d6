/** What a prompt's schema says of its arguments. */
import { isObject, type PromptArgument } from '@lutra/core'
import type { JsonObject } from '../definition.ts'

/** The arguments that `prompts/list` tells. */
export function argumentsOfSchema(schema: JsonObject): readonly PromptArgument[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return propertiesOf(schema).map(([name, { title, description }]) => ({
    name,
    ...(typeof title === 'string' && { title }),
    ...(typeof description === 'string' && { description }),
    required: required.includes(name),
  }))
}

/** The values of those arguments that have only certain ones. */
export function choicesOfSchema(schema: JsonObject): Record<string, readonly string[]> {
  const choices = propertiesOf(schema).map(
    ([name, property]) => [name, valuesOf(property)] as const,
  )
  return Object.fromEntries(choices.filter(([, values]) => values.length > 0))
}

function propertiesOf(schema: JsonObject): readonly (readonly [string, JsonObject])[] {
  const { properties } = schema
  if (!isObject(properties)) return []
  return Object.entries(properties).map(([name, own]) => [name, isObject(own) ? own : {}])
}

function valuesOf(schema: JsonObject): readonly string[] {
  const options = schema['anyOf'] ?? schema['oneOf']
  const values = Array.isArray(schema['enum'])
    ? schema['enum']
    : 'const' in schema
      ? [schema['const']]
      : Array.isArray(options)
        ? options.flatMap((option) => (isObject(option) ? valuesOf(option) : []))
        : []
  return values.filter((value) => typeof value === 'string')
}
