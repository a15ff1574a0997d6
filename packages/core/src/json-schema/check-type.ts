/** `type`: apart from the other keywords, which have nothing to add when it fails. */
import type { Build } from './checks.ts'
import { isMembers } from './members.ts'
import { type Check, fail, type Rule } from './run.ts'

export function typeCheck(build: Build): Check | undefined {
  const type = build.get('type')
  if (type === undefined) return undefined
  const names = (Array.isArray(type) ? type : [type]).map(String)
  const rule = { keyword: 'type', expected: names.map((name) => words[name]).join(' or ') }
  const [only, ...others] = names
  if (only !== undefined && others.length === 0) return single(only, rule)
  const tests = names.map((name) => single(name, rule))
  return (value, run) => {
    const { violations } = run
    run.violations = undefined
    let valid = false
    for (const test of tests) valid ||= test(value, run)
    run.violations = violations
    return valid || fail(run, rule, value)
  }
}

const words: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'a boolean',
  null: 'null',
  object: 'an object',
  array: 'an array',
}

function single(type: string, rule: Rule): Check {
  switch (type) {
    case 'string':
      return (value, run) => typeof value === 'string' || fail(run, rule, value)
    case 'number':
      return (value, run) => Number.isFinite(value) || fail(run, rule, value)
    case 'integer':
      return (value, run) => Number.isInteger(value) || fail(run, rule, value)
    case 'boolean':
      return (value, run) => typeof value === 'boolean' || fail(run, rule, value)
    case 'null':
      return (value, run) => value === null || fail(run, rule, value)
    case 'array':
      return (value, run) => Array.isArray(value) || fail(run, rule, value)
    default:
      return (value, run) => isMembers(value) || fail(run, rule, value)
  }
}
