/**
 * Checking values against JSON Schemas: tool arguments, structured results, elicitation forms.
 * Schemas are compiled to closures, so it works where generating code is banned.
 */

import { compileResolved } from './json-schema/compile.ts'
import { assertEnds } from './json-schema/endless.ts'
import { readDocument } from './json-schema/resolve.ts'
import {
  type Check,
  createRun,
  type Limits,
  type Run,
  restart,
  Stop,
  type Violation,
} from './json-schema/run.ts'
import type { JsonSchema, SchemaLimits } from './json-schema.ts'

export type { Violation } from './json-schema/run.ts'

/** Says how a value fails a schema; nothing, and always the same nothing, if it does not. */
export type Validate = (value: unknown) => readonly Violation[]

export interface CompileOptions extends SchemaLimits {
  /** Assert `date`, `time`, `date-time`, `email`, `uri` and `uuid`; otherwise `format` only tells. */
  readonly formats?: boolean
  /** Schemas that may be referred to by URI. No schema is ever fetched. */
  readonly documents?: ReadonlyMap<string, JsonSchema>
}

const defaults: Limits = {
  maxDepth: 128,
  maxSubschemas: 10_000,
  maxDataDepth: 256,
  maxErrors: 20,
  maxMillis: 1000,
  maxPatternLength: 2000,
}

const none: readonly Violation[] = /* @__PURE__ */ Object.freeze([])

/** Prepares a schema for validating many values; throws a `SchemaError` if it can't be used. */
export function compileSchema(schema: JsonSchema, options: CompileOptions = {}): Validate {
  const { formats = false, documents = new Map(), ...limits } = options
  const bounds = { ...defaults, ...limits }
  const resolved = readDocument(schema, { documents, limits: bounds })
  assertEnds(resolved.document)
  const check = compileResolved(resolved, { formats })
  let idle: Run | undefined = createRun(bounds)
  return (value) => {
    const run = idle ?? createRun(bounds)
    // A getter in a value could come back in here before the first validation has ended.
    idle = undefined
    try {
      return violationsOf(check, value, run)
    } finally {
      idle = run
    }
  }
}

/** First only whether it fails, which is cheap; how it fails is asked only then. */
function violationsOf(check: Check, value: unknown, run: Run): readonly Violation[] {
  let violations: Violation[] | undefined
  try {
    restart(run, undefined)
    if (check(value, run)) return none
    violations = []
    restart(run, violations)
    check(value, run)
  } catch (error) {
    const violation = stopOf(error)
    if (violation) violations = [...(violations ?? []), violation]
  }
  return violations?.length ? violations : [{ path: '', keyword: '', message: 'is not valid' }]
}

function stopOf(error: unknown): Violation | undefined {
  if (error instanceof Stop) return error.violation
  if (!(error instanceof RangeError)) throw error
  return { path: '', keyword: 'maxDataDepth', message: 'the value is nested too deep to validate' }
}
