/** Keywords that compare a number, or how much there is of something, with a limit. */
import { type Build, numberIn } from './checks.ts'
import { count } from './describe.ts'
import { isMembers } from './members.ts'
import { isMultiple } from './multiple.ts'
import { type Check, fail } from './run.ts'

interface Measure {
  /** The size of a value, or undefined where the measure doesn't apply. */
  readonly of: (value: unknown) => number | undefined
  readonly words: (limit: number) => string
}

type Comparison = readonly [string, (size: number, limit: number) => boolean]

const least: Comparison = ['at least', (size, limit) => size >= limit]
const most: Comparison = ['at most', (size, limit) => size <= limit]

const number: Measure = {
  of: (value) => (typeof value === 'number' ? value : undefined),
  words: String,
}
const characters: Measure = {
  of: (value) => (typeof value === 'string' ? lengthOf(value) : undefined),
  words: (limit) => count(limit, 'character'),
}
const items: Measure = {
  of: (value) => (Array.isArray(value) ? value.length : undefined),
  words: (limit) => count(limit, 'item'),
}
const properties: Measure = {
  of: (value) => (isMembers(value) ? presentKeys(value).length : undefined),
  words: (limit) => count(limit, 'property', 'properties'),
}

const keywords: readonly (readonly [string, Measure, Comparison])[] = [
  ['minimum', number, least],
  ['maximum', number, most],
  ['exclusiveMinimum', number, ['more than', (size, limit) => size > limit]],
  ['exclusiveMaximum', number, ['less than', (size, limit) => size < limit]],
  ['multipleOf', number, ['a multiple of', isMultiple]],
  ['minLength', characters, least],
  ['maxLength', characters, most],
  ['minItems', items, least],
  ['maxItems', items, most],
  ['minProperties', properties, least],
  ['maxProperties', properties, most],
]

export function sizeChecks(build: Build): Check[] {
  return keywords.flatMap(([keyword, measure, [words, holds]]) => {
    const limit = numberIn(build, keyword)
    if (limit === undefined) return []
    const rule = { keyword, expected: `${words} ${measure.words(limit)}` }
    return (value, run) => {
      const size = measure.of(value)
      return size === undefined || holds(size, limit) || fail(run, rule, value)
    }
  })
}

/** The names of properties that are there; JSON has no undefined, so undefined is absence. */
export function presentKeys(value: { readonly [key: string]: unknown }): string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined)
}

/** Length in characters, of which one may take two units. */
function lengthOf(text: string): number {
  if (!/[\ud800-\udfff]/.test(text)) return text.length
  let length = 0
  for (const _ of text) length++
  return length
}
