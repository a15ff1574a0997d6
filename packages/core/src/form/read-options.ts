import { isObject } from '../message.ts'
import type { FieldOption } from './field.ts'

type Choice =
  | { readonly enum: readonly string[]; readonly enumNames?: readonly string[] }
  | { readonly titled: readonly FieldOption[] }

/** The strings that a schema lets one choose from, in any of the ways in which schemas say so; undefined where it is no choice of strings. */
export function readOptions(schema: Readonly<Record<string, unknown>>): Choice | undefined {
  const { const: only, enum: values, enumNames, oneOf, anyOf } = schema
  if (typeof only === 'string') return { enum: [only] }
  if (isStrings(values))
    return Array.isArray(enumNames) ? withNames(values, enumNames) : { enum: values }
  const branches = oneOf ?? anyOf
  return Array.isArray(branches) && branches.length > 0 ? fromBranches(branches) : undefined
}

// The way of older revisions to give titles: it stays, for clients that know no other.
function withNames(values: readonly string[], names: readonly unknown[]): Choice {
  const named = values.map((value, at) => {
    const name = names[at]
    return typeof name === 'string' ? name : value
  })
  return { enum: values, enumNames: named }
}

function fromBranches(branches: readonly unknown[]): Choice | undefined {
  const options: FieldOption[] = []
  let titled = false
  for (const branch of branches) {
    if (!isObject(branch)) return undefined
    const { const: only, enum: values, title, description } = branch
    const found = typeof only === 'string' ? [only] : isStrings(values) ? values : undefined
    if (!found) return undefined
    const name = [title, description].find((text) => typeof text === 'string')
    titled ||= name !== undefined
    for (const value of found) options.push({ const: value, title: name ?? value })
  }
  return titled ? { titled: options } : { enum: options.map((option) => option.const) }
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')
}
