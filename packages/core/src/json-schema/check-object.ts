/** Keywords about an object's names and number of properties, and about what depends on them. */
import { type Build, entriesOf, numberIn, own } from './checks.ts'
import { count, quote } from './describe.ts'
import { isMembers, type Members } from './members.ts'
import { type Check, explain, fail, matches, type Run, report, spend } from './run.ts'

export function objectChecks(build: Build): Check[] {
  return [
    sizeCheck(build),
    namesCheck(build),
    ...dependentChecks(build, 'dependentRequired'),
    ...dependentChecks(build, 'dependentSchemas'),
    ...dependentChecks(build, 'dependencies'),
  ].filter((check) => check !== undefined)
}

function sizeCheck(build: Build): Check | undefined {
  const [least, most] = [numberIn(build, 'minProperties'), numberIn(build, 'maxProperties')]
  if (least === undefined && most === undefined) return undefined
  const words = (number = 0): string => count(number, 'property', 'properties')
  const tooFew = { keyword: 'minProperties', expected: `at least ${words(least)}` }
  const tooMany = { keyword: 'maxProperties', expected: `at most ${words(most)}` }
  return (value, run) => {
    if (!isMembers(value)) return true
    const size = presentKeys(value).length
    if (least !== undefined && size < least) return fail(run, tooFew, value)
    return most === undefined || size <= most || fail(run, tooMany, value)
  }
}

function presentKeys(value: Members): string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined)
}

function namesCheck(build: Build): Check | undefined {
  const schema = build.get('propertyNames')
  if (schema === undefined) return undefined
  const check = build.sub(schema)
  return (value, run) => {
    if (!isMembers(value)) return true
    let valid = true
    const keys = presentKeys(value)
    spend(run, keys.length)
    for (const key of keys) {
      if (matches(check, key, run)) continue
      valid = false
      if (run.violations === undefined) return false
      reportName(check, key, run)
    }
    return valid
  }
}

function reportName(check: Check, key: string, run: Run): void {
  const [reason] = explain(check, key, run)
  report(run, 'propertyNames', `the name ${quote(key)} is not allowed: ${reason?.message ?? ''}`)
}

/** Each entry holds while its property is there: names that must be there too, or a schema. */
function dependentChecks(build: Build, keyword: string): Check[] {
  return entriesOf(build.get(keyword)).map(([key, dependent]: readonly [string, unknown]) => {
    const check = Array.isArray(dependent)
      ? needs(key, { names: dependent.map(String), keyword })
      : build.sub(dependent)
    return (value, run) => !isMembers(value) || own(value, key) === undefined || check(value, run)
  })
}

function needs(key: string, { names, keyword }: { names: string[]; keyword: string }): Check {
  return (value, run) => {
    const missing = names.filter((name) => isMembers(value) && own(value, name) === undefined)
    for (const name of missing) {
      report(run, keyword, `the property ${quote(name)} is missing, which ${quote(key)} needs`)
    }
    return missing.length === 0
  }
}
