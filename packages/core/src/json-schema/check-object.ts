/** Keywords about an object's names, and about what depends on them. */
import { presentKeys } from './check-size.ts'
import { type Build, entriesOf, own } from './checks.ts'
import { quote } from './describe.ts'
import { isMembers } from './members.ts'
import { type Check, explain, matches, type Run, report, spend } from './run.ts'

export function objectChecks(build: Build): Check[] {
  return [
    namesCheck(build),
    ...dependentChecks(build, 'dependentRequired'),
    ...dependentChecks(build, 'dependentSchemas'),
    ...dependentChecks(build, 'dependencies'),
  ].filter((check) => check !== undefined)
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
