/** What all compilers of keywords share. */
import type { JsonSchema } from '../json-schema.ts'
import type { Place } from './document.ts'
import type { Matcher } from './pattern.ts'
import { type Check, fail, type Limits, type Rule } from './run.ts'

/** One schema being compiled: its keywords, and how to compile what they hold. */
export interface Build {
  readonly place: Place
  /** A keyword's value, if the schema has it and its dialect knows it. */
  get(keyword: string): unknown
  /** The check of a subschema. */
  sub(schema: unknown): Check
  /** The check of the place a reference names. */
  target(reference: unknown): Target
  /** Where a dynamic reference may lead, by the resource that has its anchor. */
  dynamicTargets(name: string): ReadonlyMap<object, Target>
  pattern(source: string): Matcher
  readonly formats: boolean
  readonly limits: Limits
  /** Whether it matters by which way a schema is reached. */
  readonly dynamic: boolean
}

/** A place that is referred to; its check is there once everything is compiled. */
export interface Target {
  readonly place: Place
  check: Check
}

export const pass: Check = () => true

const nothing: Rule = { keyword: 'false', expected: 'nothing here' }

export const never: Check = (value, run) => fail(run, nothing, value)

/** One check of several. All of them run while violations are collected. */
export function every(checks: readonly Check[]): Check {
  const [first, second] = checks
  if (first === undefined) return pass
  if (second === undefined) return first
  if (checks.length === 2) {
    return (value, run) => {
      const valid = first(value, run)
      if (!valid && run.violations === undefined) return false
      return second(value, run) && valid
    }
  }
  return (value, run) => {
    let valid = true
    for (const check of checks) {
      if (check(value, run)) continue
      if (run.violations === undefined) return false
      valid = false
    }
    return valid
  }
}

export function entriesOf(value: unknown): [string, JsonSchema][] {
  return Object.entries(value ?? {})
}

export function numberIn(build: Build, keyword: string): number | undefined {
  const value = build.get(keyword)
  return typeof value === 'number' ? value : undefined
}

/** A property that is there; JSON has no undefined, so undefined is absence. */
export function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as { [key: string]: unknown })[key] : undefined
}
