/** Keywords about a value as a whole: one of some values, a number, a text. */

import { createValueSet } from './canonical.ts'
import { type Build, numberIn } from './checks.ts'
import { count, list, literal, quote } from './describe.ts'
import { formats } from './format.ts'
import { isMultiple } from './multiple.ts'
import { type Check, fail, type Rule, type Run, spend, tooDeep } from './run.ts'

export function valueChecks(build: Build): Check[] {
  return [enumCheck(build), constCheck(build), ...numberChecks(build), ...textChecks(build)].filter(
    (check) => check !== undefined,
  )
}

function enumCheck(build: Build): Check | undefined {
  const values = build.get('enum')
  return Array.isArray(values) ? oneOfValues(values, 'enum') : undefined
}

function constCheck(build: Build): Check | undefined {
  const value = build.get('const')
  return value === undefined ? undefined : oneOfValues([value], 'const')
}

function oneOfValues(values: readonly unknown[], keyword: string): Check {
  const set = createValueSet()
  for (const value of values) set.add(value, () => {})
  const rule = {
    keyword,
    expected: values.length === 1 ? literal(values[0]) : `one of ${list(values)}`,
  }
  return (value, run) =>
    set.has(value, (depth) => payForMember(run, depth)) || fail(run, rule, value)
}

export function payForMember(run: Run, depth: number): void {
  spend(run, 4)
  if (depth > run.limits.maxDataDepth) tooDeep(run)
}

type NumberTest = readonly [string, string, (value: number, limit: number) => boolean]

const numberTests: readonly NumberTest[] = [
  ['minimum', 'at least', (value, limit) => value >= limit],
  ['exclusiveMinimum', 'more than', (value, limit) => value > limit],
  ['maximum', 'at most', (value, limit) => value <= limit],
  ['exclusiveMaximum', 'less than', (value, limit) => value < limit],
  ['multipleOf', 'a multiple of', isMultiple],
]

function numberChecks(build: Build): (Check | undefined)[] {
  return numberTests.map(([keyword, words, test]) => {
    const limit = numberIn(build, keyword)
    if (limit === undefined) return undefined
    const rule = { keyword, expected: `${words} ${limit}` }
    return (value, run) => typeof value !== 'number' || test(value, limit) || fail(run, rule, value)
  })
}

function textChecks(build: Build): (Check | undefined)[] {
  return [
    lengthCheck(build, 'minLength'),
    lengthCheck(build, 'maxLength'),
    patternCheck(build),
    formatCheck(build),
  ]
}

function lengthCheck(build: Build, keyword: 'minLength' | 'maxLength'): Check | undefined {
  const limit = numberIn(build, keyword)
  if (limit === undefined) return undefined
  const size = count(limit, 'character')
  return keyword === 'minLength'
    ? textCheck((text) => isAtLeast(text, limit), { keyword, expected: `at least ${size}` })
    : textCheck((text) => !isAtLeast(text, limit + 1), { keyword, expected: `at most ${size}` })
}

function textCheck(test: (text: string, run: Run) => boolean, rule: Rule): Check {
  return (value, run) => typeof value !== 'string' || test(value, run) || fail(run, rule, value)
}

function patternCheck(build: Build): Check | undefined {
  const source = build.get('pattern')
  if (typeof source !== 'string') return undefined
  const matcher = build.pattern(source)
  const expected = `a string matching the pattern ${quote(source)}`
  return textCheck((text, run) => matcher.test(text, run), { keyword: 'pattern', expected })
}

function formatCheck(build: Build): Check | undefined {
  const name = build.get('format')
  const format = build.formats ? formats.get(String(name)) : undefined
  return format && textCheck(format.test, { keyword: 'format', expected: format.expected })
}

/** Length is counted in characters, of which one may take two units. */
function isAtLeast(text: string, least: number): boolean {
  if (text.length < least) return false
  if (text.length >= 2 * least) return true
  let pairs = 0
  for (let index = 0; index < text.length; index++) {
    if ((text.codePointAt(index) ?? 0) > 0xffff) {
      pairs++
      index++
    }
  }
  return text.length - pairs >= least
}
