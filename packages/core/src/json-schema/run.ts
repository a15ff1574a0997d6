/** The state of one validation, and the few moves that checks make with it. */
import type { SchemaLimits } from '../json-schema.ts'
import { describe } from './describe.ts'
import type { Resource } from './document.ts'
import { printPointer } from './pointer.ts'

/** One way in which a value fails its schema. */
export interface Violation {
  /** JSON pointer into the value; `''` is the value itself. */
  readonly path: string
  readonly keyword: string
  /** What was expected and what was given, in words. */
  readonly message: string
}

/**
 * A compiled schema. The good path allocates nothing: violations are collected by a second run of
 * the same checks, made only when the first one failed.
 */
export type Check = (value: unknown, run: Run) => boolean

export type Limits = Required<SchemaLimits>

/** What sibling keywords have evaluated of one value; kept only while `unevaluated*` needs it. */
export interface Frame {
  everyName: boolean
  readonly names: Set<string>
  everyItem: boolean
  /** Items below this index are evaluated. */
  items: number
  readonly indexes: Set<number>
}

export interface Run {
  violations: Violation[] | undefined
  readonly path: (string | number)[]
  frame: Frame | undefined
  readonly scope: Resource[]
  depth: number
  steps: number
  clockAt: number
  deadline: number
  readonly limits: Limits
}

/** Ends a validation early: a bound was hit, or enough violations are known. */
export class Stop extends Error {
  readonly violation: Violation | undefined
  constructor(violation?: Violation) {
    super(violation?.message ?? 'enough')
    this.violation = violation
  }
}

export function createRun(limits: Limits): Run {
  return {
    violations: undefined,
    path: [],
    frame: undefined,
    scope: [],
    depth: 0,
    steps: 0,
    clockAt: 0,
    deadline: 0,
    limits,
  }
}

const stepsPerClock = 4096

export function restart(run: Run, violations: Violation[] | undefined): void {
  run.violations = violations
  // Emptying an array that is empty already would still cost it its memory.
  if (run.path.length > 0) run.path.length = 0
  if (run.scope.length > 0) run.scope.length = 0
  run.frame = undefined
  run.depth = 0
  run.steps = 0
  run.clockAt = stepsPerClock
  run.deadline = 0
}

/** What a keyword wants, in words that follow "expected". */
export interface Rule {
  readonly keyword: string
  readonly expected: string
}

/** Notes a failure and returns false, so that checks read `ok || fail(…)`. */
export function fail(run: Run, { keyword, expected }: Rule, value: unknown): false {
  if (run.violations === undefined) return false
  return report(run, keyword, `expected ${expected}, got ${describe(value)}`)
}

export function report(run: Run, keyword: string, message: string): false {
  const { violations } = run
  if (violations === undefined) return false
  violations.push({ path: printPointer(run.path), keyword, message })
  if (violations.length >= run.limits.maxErrors) throw new Stop()
  return false
}

/** Steps down to a member; `descend` steps up again. The path matters only in reports. */
export function at(run: Run, key: string | number): Run {
  if (run.violations !== undefined) run.path.push(key)
  return run
}

/** Checks a member of a value, reached by `at`: one level down nothing is evaluated yet. */
export function descend(check: Check, member: unknown, run: Run): boolean {
  const { frame } = run
  run.frame = undefined
  const valid = check(member, run)
  run.frame = frame
  if (run.violations !== undefined) run.path.pop()
  return valid
}

/** Whether a value matches, with nothing reported and nothing evaluated. */
export function matches(check: Check, value: unknown, run: Run): boolean {
  const { frame, violations } = run
  run.frame = undefined
  run.violations = undefined
  const valid = check(value, run)
  run.frame = frame
  run.violations = violations
  return valid
}

/** Like `matches`, but what a matching branch evaluated counts for the whole. */
export function attempt(check: Check, value: unknown, run: Run): boolean {
  const { frame, violations } = run
  run.violations = undefined
  if (frame !== undefined) run.frame = createFrame()
  const valid = check(value, run)
  if (frame !== undefined && run.frame !== undefined && valid) merge(frame, run.frame)
  run.frame = frame
  run.violations = violations
  return valid
}

/** The violations a check would report, for use in a message. */
export function explain(check: Check, value: unknown, run: Run): readonly Violation[] {
  const { frame, violations, depth } = run
  const [steps, scopes] = [run.path.length, run.scope.length]
  const found: Violation[] = []
  run.frame = undefined
  run.violations = found
  try {
    check(value, run)
  } catch (error) {
    if (!(error instanceof Stop) || error.violation !== undefined) throw error
    run.path.length = steps
    run.scope.length = scopes
    run.depth = depth
  }
  run.frame = frame
  run.violations = violations
  return found
}

export function createFrame(): Frame {
  return { everyName: false, names: new Set(), everyItem: false, items: 0, indexes: new Set() }
}

export function merge(into: Frame, from: Frame): void {
  into.everyName ||= from.everyName
  into.everyItem ||= from.everyItem
  into.items = Math.max(into.items, from.items)
  for (const name of from.names) into.names.add(name)
  for (const index of from.indexes) into.indexes.add(index)
}

/** Pays for work that grows with the data; stops the validation when its time is over. */
export function spend(run: Run, steps: number): void {
  run.steps += steps
  if (run.steps > run.clockAt) readClock(run)
}

// Some runtimes freeze their clock while code runs, so the steps themselves are bounded too: a
// hundred thousand in a millisecond is more than any machine does.
function readClock(run: Run): void {
  const now = performance.now()
  run.clockAt = run.steps + stepsPerClock
  if (run.deadline === 0) run.deadline = now + run.limits.maxMillis
  if (now > run.deadline || run.steps > run.limits.maxMillis * 100_000) {
    exhaust(run, 'maxMillis', `validation took more than ${run.limits.maxMillis} ms`)
  }
}

export function exhaust(run: Run, keyword: string, message: string): never {
  throw new Stop({ path: printPointer(run.path), keyword, message })
}

/** Follows a reference: the only way for a validation to go deeper than its schema. */
export function follow(check: Check, value: unknown, run: Run): boolean {
  spend(run, 1)
  if (++run.depth > run.limits.maxDataDepth) tooDeep(run)
  const valid = check(value, run)
  run.depth--
  return valid
}

export function tooDeep(run: Run): never {
  exhaust(run, 'maxDataDepth', `references go deeper than ${run.limits.maxDataDepth} levels`)
}
