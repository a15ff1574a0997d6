/** `properties`, `required`, `patternProperties` and `additionalProperties`: one pass for all. */
import { type Build, entriesOf, never, own, pass } from './checks.ts'
import { list, quote } from './describe.ts'
import { isMembers, type Members } from './members.ts'
import type { Matcher } from './pattern.ts'
import { at, type Check, descend, type Run, report, spend } from './run.ts'

interface Property {
  readonly key: string
  readonly check: Check
  readonly required: boolean
  /** Whether `properties` names it, and not `required` alone. */
  readonly named: boolean
  /** Whether every object seems to have it: `constructor`, `toString`, `__proto__`. */
  readonly inherited: boolean
}

type MembersCheck = (value: Members, run: Run) => boolean

export function propertiesCheck(build: Build): Check | undefined {
  const properties = declaredProperties(build)
  const others = othersCheck(build, properties)
  if (properties.length === 0 && others === undefined) return undefined
  if (others === undefined) {
    return (value, run) => !isMembers(value) || checkDeclared(properties, value, run) >= 0
  }
  const patterned = build.get('patternProperties') !== undefined
  return (value, run) => {
    if (!isMembers(value)) return true
    const present = checkDeclared(properties, value, run)
    if (present < 0 && run.violations === undefined) return false
    // Nothing but declared properties: the usual case, and no look-ups by name.
    if (!patterned && run.frame === undefined && present === countOf(value)) return true
    return others(value, run) && present >= 0
  }
}

/** Each property that `properties` or `required` names. */
function declaredProperties(build: Build): Property[] {
  const names = build.get('required')
  const required = new Set(Array.isArray(names) ? names.map(String) : [])
  const properties = entriesOf(build.get('properties')).map(([key, schema]) => {
    const inherited = key in Object.prototype
    return { key, check: build.sub(schema), required: required.delete(key), named: true, inherited }
  })
  const others = [...required].map((key) => {
    const inherited = key in Object.prototype
    return { key, check: pass, required: true, named: false, inherited }
  })
  return [...properties, ...others]
}

/** How many named properties are present, or -1 if one is wrong or a required one is missing. */
function checkDeclared(properties: readonly Property[], value: Members, run: Run): number {
  let present = 0
  let valid = true
  // To ask for an own property costs more than all the rest; plain objects need it for few names.
  const plain = Object.getPrototypeOf(value) === Object.prototype
  for (const { key, check, required, named, inherited } of properties) {
    const member = plain && !inherited ? value[key] : own(value, key)
    if (member === undefined) {
      if (!required) continue
      valid = report(run, 'required', `the property ${quote(key)} is missing`)
    } else if (named) {
      present++
      run.frame?.names.add(key)
      if (check !== pass && !descend(check, member, at(run, key))) valid = false
    }
    if (!valid && run.violations === undefined) return -1
  }
  return valid ? present : -1
}

function countOf(value: Members): number {
  let count = 0
  for (const _ in value) count++
  return count
}

/** The check of `patternProperties` and `additionalProperties`, which need each name. */
function othersCheck(build: Build, properties: readonly Property[]): MembersCheck | undefined {
  const patterns = entriesOf(build.get('patternProperties')).map(([source, schema]) => {
    return { matcher: build.pattern(source), check: build.sub(schema) }
  })
  const schema = build.get('additionalProperties')
  if (patterns.length === 0 && schema === undefined) return undefined
  const names = new Set(properties.filter(({ named }) => named).map(({ key }) => key))
  const additional = additionalCheck(build, names)
  return (value, run) => {
    let valid = true
    const keys = Object.keys(value)
    spend(run, keys.length)
    for (const key of keys) {
      const member = value[key]
      if (member === undefined) continue
      const known = checkPatterns(patterns, { key, member }, run)
      if (known < 0) valid = false
      else if (known === 0 && !names.has(key) && additional !== undefined) {
        run.frame?.names.add(key)
        if (!descend(additional, member, at(run, key))) valid = false
      }
      if (!valid && run.violations === undefined) return false
    }
    return valid
  }
}

interface Patterned {
  readonly matcher: Matcher
  readonly check: Check
}

/** How many patterns match the name of a member, or -1 if the member fails one of them. */
function checkPatterns(
  patterns: readonly Patterned[],
  { key, member }: { key: string; member: unknown },
  run: Run,
): number {
  let matched = 0
  let valid = true
  for (const { matcher, check } of patterns) {
    if (!matcher.test(key, run)) continue
    matched++
    run.frame?.names.add(key)
    if (!descend(check, member, at(run, key))) valid = false
  }
  return valid ? matched : -1
}

function additionalCheck(build: Build, names: ReadonlySet<string>): Check | undefined {
  const schema = build.get('additionalProperties')
  if (schema === undefined) return undefined
  if (schema !== false) return build.sub(schema)
  const allowed = names.size > 0 ? `; allowed: ${list([...names])}` : ''
  return unwanted('additionalProperties', allowed)
}

/** The check of a property that may not be there. */
function unwanted(keyword: string, allowed = ''): Check {
  return (_, run) => {
    const key = String(run.path.at(-1))
    return report(run, keyword, `the property ${quote(key)} is not allowed${allowed}`)
  }
}

/** Whatever siblings left unevaluated. It runs last of all keywords. */
export function unevaluatedPropertiesCheck(build: Build): Check | undefined {
  const schema = build.get('unevaluatedProperties')
  if (schema === undefined) return undefined
  const compiled = build.sub(schema)
  const check = compiled === never ? unwanted('unevaluatedProperties') : compiled
  return (value, run) => {
    const { frame } = run
    if (!isMembers(value) || frame === undefined || frame.everyName) return true
    let valid = true
    const keys = Object.keys(value)
    spend(run, keys.length)
    for (const key of keys) {
      const member = value[key]
      if (member === undefined || frame.names.has(key)) continue
      if (!descend(check, member, at(run, key))) valid = false
      if (!valid && run.violations === undefined) return false
    }
    frame.everyName = true
    return valid
  }
}
