/** Keywords about arrays and their items. */
import { createValueSet } from './canonical.ts'
import { payForMember } from './check-value.ts'
import { type Build, never, numberIn, pass } from './checks.ts'
import { count } from './describe.ts'
import { isSchema } from './members.ts'
import {
  at,
  type Check,
  descend,
  fail,
  matches,
  type Rule,
  type Run,
  report,
  spend,
} from './run.ts'

type ItemsCheck = (value: readonly unknown[], run: Run) => boolean

export function arrayChecks(build: Build): Check[] {
  return [itemsCheck(build), containsCheck(build), uniqueCheck(build)]
    .filter((check) => check !== undefined)
    .map(
      (check): Check =>
        (value, run) =>
          !Array.isArray(value) || check(value, run),
    )
}

/** Some first items with a schema each, and one schema for the rest; dialects name them variously. */
function itemsCheck(build: Build): ItemsCheck | undefined {
  const items = build.get('items')
  const tuple = build.get('prefixItems') ?? (Array.isArray(items) ? items : undefined)
  const others = Array.isArray(items) ? build.get('additionalItems') : items
  const first = Array.isArray(tuple) ? tuple.map((schema) => build.sub(schema)) : []
  const rest = isSchema(others) ? build.sub(others) : undefined
  if (first.length === 0 && rest === undefined) return undefined
  return (value, run) => {
    let valid = true
    for (let index = 0; index < first.length && index < value.length; index++) {
      if (!descend(first[index] ?? pass, value[index], at(run, index))) valid = false
      if (!valid && run.violations === undefined) return false
    }
    if (run.frame !== undefined) run.frame.items = Math.max(run.frame.items, first.length)
    if (rest === undefined) return valid
    if (!checkFrom(first.length, { value, check: rest }, run)) valid = false
    if (run.frame !== undefined) run.frame.everyItem = true
    return valid
  }
}

function checkFrom(
  start: number,
  { value, check }: { value: readonly unknown[]; check: Check },
  run: Run,
): boolean {
  if (check === pass) return true
  spend(run, value.length)
  let valid = true
  for (let index = start; index < value.length; index++) {
    if (descend(check, value[index], at(run, index))) continue
    if (run.violations === undefined) return false
    valid = false
  }
  return valid
}

function containsCheck(build: Build): ItemsCheck | undefined {
  const schema = build.get('contains')
  if (schema === undefined) return undefined
  const check = build.sub(schema)
  const least = numberIn(build, 'minContains') ?? 1
  const most = numberIn(build, 'maxContains') ?? Number.POSITIVE_INFINITY
  const evaluates = build.place.resource.dialect.name === '2020-12'
  const [tooFew, tooMany] = containsRules(least, most)
  return (value, run) => {
    spend(run, value.length)
    const { frame } = run
    const indexes = evaluates ? frame?.indexes : undefined
    let found = 0
    for (let index = 0; index < value.length; index++) {
      if (!matches(check, value[index], run)) continue
      indexes?.add(index)
      if (++found > most) break
      if (found >= least && most === Number.POSITIVE_INFINITY && indexes === undefined) return true
    }
    if (found < least) return fail(run, tooFew, value)
    return found <= most || fail(run, tooMany, value)
  }
}

function containsRules(least: number, most: number): readonly [Rule, Rule] {
  const [few, many] = [count(least, 'item'), count(most, 'item')].map(
    (items) => `${items} as "contains" describes`,
  )
  return [
    { keyword: least === 1 ? 'contains' : 'minContains', expected: `at least ${few}` },
    { keyword: 'maxContains', expected: `at most ${many}` },
  ]
}

function uniqueCheck(build: Build): ItemsCheck | undefined {
  if (build.get('uniqueItems') !== true) return undefined
  return (value, run) => {
    if (value.length < 2) return true
    const known = createValueSet()
    for (let index = 0; index < value.length; index++) {
      spend(run, 1)
      if (known.add(value[index], (depth) => payForMember(run, depth))) continue
      return report(run, 'uniqueItems', `the item at ${index} is there already: items must differ`)
    }
    return true
  }
}

/** Whatever siblings left unevaluated. It runs last of all keywords. */
export function unevaluatedItemsCheck(build: Build): Check | undefined {
  const schema = build.get('unevaluatedItems')
  if (schema === undefined) return undefined
  const compiled = build.sub(schema)
  const check: Check =
    compiled === never
      ? (_, run) => report(run, 'unevaluatedItems', 'the item is not allowed')
      : compiled
  return (value, run) => {
    const { frame } = run
    if (!Array.isArray(value) || frame === undefined || frame.everyItem) return true
    spend(run, value.length)
    let valid = true
    for (let index = frame.items; index < value.length; index++) {
      if (frame.indexes.has(index)) continue
      if (descend(check, value[index], at(run, index))) continue
      if (run.violations === undefined) return false
      valid = false
    }
    frame.everyItem = true
    return valid
  }
}
