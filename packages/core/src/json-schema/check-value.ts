/** Keywords about a value as a whole: one of some values, or a text of some form. */
import { SchemaError } from '../json-schema.ts'
import { createValueSet } from './canonical.ts'
import type { Build } from './checks.ts'
import { list, literal, quote } from './describe.ts'
import { formats } from './format.ts'
import { type Check, fail, type Rule, type Run, spend, tooDeep } from './run.ts'

export function valueChecks(build: Build): Check[] {
  const [values, value] = [build.get('enum'), build.get('const')]
  return [
    Array.isArray(values) ? oneOfValues(build, 'enum', values) : undefined,
    value === undefined ? undefined : oneOfValues(build, 'const', [value]),
    patternCheck(build),
    formatCheck(build),
  ].filter((check) => check !== undefined)
}

function oneOfValues(build: Build, keyword: string, values: readonly unknown[]): Check {
  const set = createValueSet()
  const { maxDataDepth } = build.limits
  for (const value of values) {
    set.add(value, (depth) => {
      if (depth <= maxDataDepth) return
      throw new SchemaError(
        `${build.place.pointer}/${keyword}: a value nested deeper than ${maxDataDepth} levels`,
      )
    })
  }
  const expected = values.length === 1 ? literal(values[0]) : `one of ${list(values)}`
  const rule = { keyword, expected }
  return (value, run) =>
    set.has(value, (depth) => payForMember(run, depth)) || fail(run, rule, value)
}

export function payForMember(run: Run, depth: number): void {
  spend(run, 4)
  if (depth > run.limits.maxDataDepth) tooDeep(run)
}

function textCheck(test: (text: string, run: Run) => boolean, rule: Rule): Check {
  return (value, run) => typeof value !== 'string' || test(value, run) || fail(run, rule, value)
}

function patternCheck(build: Build): Check | undefined {
  const source = build.get('pattern')
  if (typeof source !== 'string') return undefined
  const { test } = build.pattern(source)
  return textCheck(test, { keyword: 'pattern', expected: `a match of ${quote(source)}` })
}

function formatCheck(build: Build): Check | undefined {
  const format = build.formats ? formats.get(String(build.get('format'))) : undefined
  return format && textCheck(format.test, { keyword: 'format', expected: format.expected })
}
