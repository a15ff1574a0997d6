/** Keywords that apply subschemas to the value itself. */
import type { Build } from './checks.ts'
import { list } from './describe.ts'
import { attempt, type Check, explain, matches, type Run, report, type Violation } from './run.ts'

export function combinedChecks(build: Build): Check[] {
  return [
    ...subs(build, 'allOf'),
    anyOf(subs(build, 'anyOf')),
    oneOf(subs(build, 'oneOf')),
    not(build),
    conditional(build),
  ].filter((check) => check !== undefined)
}

function subs(build: Build, keyword: string): Check[] {
  const schemas = build.get(keyword)
  return Array.isArray(schemas) ? schemas.map((schema) => build.sub(schema)) : []
}

function anyOf(branches: readonly Check[]): Check | undefined {
  if (branches.length === 0) return undefined
  return (value, run) => {
    let valid = false
    for (const branch of branches) {
      if (attempt(branch, value, run)) valid = true
      // Once one matches, the others matter only for what they evaluate.
      if (valid && run.frame === undefined) return true
    }
    return valid || noneOf(branches, { keyword: 'anyOf', value }, run)
  }
}

function oneOf(branches: readonly Check[]): Check | undefined {
  if (branches.length === 0) return undefined
  return (value, run) => {
    let matched = 0
    for (const branch of branches) {
      if (attempt(branch, value, run) && ++matched > 1) break
    }
    if (matched === 1) return true
    if (matched === 0) return noneOf(branches, { keyword: 'oneOf', value }, run)
    return run.violations !== undefined && several(branches, value, run)
  }
}

function several(branches: readonly Check[], value: unknown, run: Run): false {
  const numbers = branches.flatMap((one, index) => (matches(one, value, run) ? [index + 1] : []))
  const message = `expected exactly one of ${branches.length} alternatives to match, but ${list(numbers)} do`
  return report(run, 'oneOf', message)
}

/** Says what is wrong with the alternative that the value comes nearest to. */
function noneOf(
  branches: readonly Check[],
  { keyword, value }: { keyword: string; value: unknown },
  run: Run,
): false {
  if (run.violations === undefined) return false
  let nearest: readonly Violation[] | undefined
  for (const branch of branches) {
    const found = explain(branch, value, run)
    if (nearest === undefined || isNearer(found, nearest)) nearest = found
  }
  const [first] = nearest ?? []
  const reason = first ? `; the nearest fails at "${first.path}": ${first.message}` : ''
  return report(run, keyword, `matches none of the ${branches.length} alternatives${reason}`)
}

/** A failure further inside means that more of the outside was right. */
function isNearer(a: readonly Violation[], b: readonly Violation[]): boolean {
  const [depthOfA, depthOfB] = [depthOf(a), depthOf(b)]
  return depthOfA === depthOfB ? a.length < b.length : depthOfA > depthOfB
}

const depthOf = (violations: readonly Violation[]): number =>
  Math.min(...violations.map((one) => one.path.split('/').length))

function not(build: Build): Check | undefined {
  const schema = build.get('not')
  if (schema === undefined) return undefined
  const check = build.sub(schema)
  return (value, run) =>
    !matches(check, value, run) || report(run, 'not', 'matches a schema that it must not match')
}

function conditional(build: Build): Check | undefined {
  const schema = build.get('if')
  if (schema === undefined) return undefined
  const [condition, yes, no] = [build.sub(schema), branch(build, 'then'), branch(build, 'else')]
  return (value, run) => {
    const chosen = attempt(condition, value, run) ? yes : no
    return chosen === undefined || chosen(value, run)
  }
}

function branch(build: Build, keyword: string): Check | undefined {
  const schema = build.get(keyword)
  return schema === undefined ? undefined : build.sub(schema)
}
