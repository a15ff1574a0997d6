/**
 * Regular expressions that cannot be made to hang. A pattern runs on the engine's own matcher only
 * where the number of ways it can backtrack over the given text is small; any longer text goes to
 * a matcher that is linear. Where neither can do it the text is refused, never let through.
 */
import { SchemaError } from '../json-schema.ts'
import { count, quote } from './describe.ts'
import { compileLinear, type LinearMatch } from './pattern-linear.ts'
import { type Pattern, parsePattern } from './pattern-parse.ts'
import { exhaust, type Limits, type Run, spend } from './run.ts'

export interface Matcher {
  readonly source: string
  test(text: string, run: Run): boolean
}

/** Compiles each pattern of a schema once; throws a `SchemaError` that says where a bad one is. */
export interface Patterns {
  get(source: string, where: string): Matcher
}

export function createPatterns(limits: Limits): Patterns {
  const known = new Map<string, Matcher>()
  let spent = 0
  return {
    get(source, where) {
      const matcher = known.get(source)
      if (matcher) return matcher
      // A pattern within its bounds can still take an engine a tenth of a second, and there may be many.
      if (spent > limits.maxMillis)
        throw new SchemaError(`${where}: patterns take too long to read`)
      const start = performance.now()
      const compiled = compilePattern(source, { limits, where })
      spent += performance.now() - start
      known.set(source, compiled)
      return compiled
    },
  }
}

/** How many ways through a pattern the engine's own matcher may have to try on one text. */
const budget = 1_000_000

function compilePattern(source: string, at: { limits: Limits; where: string }): Matcher {
  const { maxPatternLength } = at.limits
  if (source.length > maxPatternLength) {
    throw new SchemaError(`${at.where}: a pattern longer than ${maxPatternLength} characters`)
  }
  const native = nativeMatcher(source, at.where)
  const parsed = parsePattern(native.source)
  const ways = waysThrough(parsed)
  const power = ways.power + (isAnchored(parsed) ? 0 : 1)
  const longest = longestFor(power, ways.log)
  let linear: LinearMatch | undefined | null = null
  return {
    source,
    test(text, run) {
      if (text.length <= longest) {
        if (power > 1 && text.length > 64) spend(run, text.length ** power / 64)
        return native.test(text)
      }
      if (linear === null) linear = compileLinear(parsed)
      if (linear === undefined) refuse(run, source, text)
      return linear(text, (steps) => spend(run, steps))
    },
  }
}

function refuse(run: Run, source: string, text: string): never {
  const size = count(text.length, 'character')
  exhaust(run, 'pattern', `a text of ${size} is too long for the pattern ${quote(source)}`)
}

function nativeMatcher(source: string, where: string): RegExp {
  let problem: unknown
  for (const candidate of [source, withoutIdleEscapes(source)]) {
    try {
      const matcher = new RegExp(candidate, 'u')
      // Engines compile on first use, once for each width of text, and only then say "too large".
      matcher.test('')
      matcher.test('\u{4e00}')
      return matcher
    } catch (error) {
      problem ??= error
    }
  }
  const reason = problem instanceof Error ? problem.message : String(problem)
  throw new SchemaError(`${where}: not a usable regular expression: ${reason}`, { cause: problem })
}

/** Escapes like `\-` and `\@`, which other languages allow, said in a way that `u` allows too. */
function withoutIdleEscapes(source: string): string {
  return source.replace(/\\([^a-zA-Z0-9\s])/g, (whole, character: string) =>
    /[!"#%&',:;<=>@_`~-]/.test(character)
      ? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
      : whole,
  )
}

/** At most `text.length ** power * e ** log` ways; `log` is infinite when they grow exponentially. */
interface Ways {
  readonly power: number
  readonly log: number
}

const oneWay: Ways = { power: 0, log: 0 }

function waysThrough(pattern: Pattern): Ways {
  switch (pattern.kind) {
    case 'set':
    case 'edge':
      return oneWay
    case 'back-reference':
      return { power: 1, log: 0 }
    case 'look':
      return waysThrough(pattern.body)
    case 'sequence':
      return pattern.parts.map(waysThrough).reduce(both, oneWay)
    case 'choice': {
      const ways = pattern.options.map(waysThrough)
      const power = Math.max(...ways.map((one) => one.power))
      return { power, log: Math.max(...ways.map((one) => one.log)) + Math.log(ways.length) }
    }
    case 'repeat':
      return repeated(waysThrough(pattern.body), pattern)
  }
}

const both = (a: Ways, b: Ways): Ways => ({ power: a.power + b.power, log: a.log + b.log })

function repeated(body: Ways, { min, max }: { min: number; max: number }): Ways {
  const fixed = body.power === 0 && body.log === 0
  if (max === Number.POSITIVE_INFINITY) {
    return fixed ? { power: 1, log: 0 } : { power: 0, log: Number.POSITIVE_INFINITY }
  }
  const times = Math.log(max - min + 1)
  return fixed ? { power: 0, log: times } : { power: body.power * max, log: body.log * max + times }
}

/** The longest text with no more ways than the budget. */
function longestFor(power: number, log: number): number {
  const left = Math.log(budget) - log
  if (left < 0) return -1
  return power === 0 ? Number.POSITIVE_INFINITY : Math.exp(left / power)
}

function isAnchored(pattern: Pattern): boolean {
  if (pattern.kind === 'edge') return pattern.edge === '^'
  if (pattern.kind === 'choice') return pattern.options.every(isAnchored)
  const [first] = pattern.kind === 'sequence' ? pattern.parts : []
  return first !== undefined && isAnchored(first)
}
