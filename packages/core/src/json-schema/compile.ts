/** From a schema that has been read to nested functions that check a value. No code is generated. */
import type { JsonSchema } from '../json-schema.ts'
import { arrayChecks, unevaluatedItemsCheck } from './check-array.ts'
import { combinedChecks } from './check-combined.ts'
import { objectChecks } from './check-object.ts'
import { propertiesCheck, unevaluatedPropertiesCheck } from './check-properties.ts'
import { sizeChecks } from './check-size.ts'
import { typeCheck } from './check-type.ts'
import { valueChecks } from './check-value.ts'
import { type Build, every, never, pass, type Target } from './checks.ts'
import type { Place } from './document.ts'
import { isSchema } from './members.ts'
import { referenceChecks } from './reference.ts'
import { type Resolved, resolve } from './resolve.ts'
import { type Check, createFrame, merge } from './run.ts'

interface Compiling extends Resolved {
  readonly formats: boolean
  readonly targets: Map<JsonSchema, Target>
  /** Referenced places not compiled yet: a chain of references must not be a chain of calls. */
  readonly waiting: Target[]
}

/** Compiles a schema and each schema that it refers to, once. */
export function compileResolved(resolved: Resolved, { formats }: { formats: boolean }): Check {
  const compiling: Compiling = { ...resolved, formats, targets: new Map(), waiting: [] }
  const check = targetAt(compiling, resolved.root)
  for (let next = compiling.waiting.pop(); next; next = compiling.waiting.pop()) {
    next.check = compileAt(compiling, next.place)
  }
  if (!isDynamic(compiling)) return check.check
  return (value, run) => {
    run.scope.push(resolved.root.resource)
    return check.check(value, run)
  }
}

/** Whether it matters by which way a schema is reached. */
function isDynamic({ document }: Compiling): boolean {
  for (const resource of document.resources.values()) {
    if (resource.dynamicAnchors.size > 0) return true
  }
  return false
}

function targetAt({ targets, waiting }: Compiling, place: Place): Target {
  const known = targets.get(place.schema)
  if (known) return known
  const target = { place, check: never }
  targets.set(place.schema, target)
  waiting.push(target)
  return target
}

function compileAt(compiling: Compiling, place: Place): Check {
  const { schema } = place
  if (typeof schema === 'boolean') return schema ? pass : never
  const build = createBuild(compiling, place, schema)
  const base = every([
    ...referenceChecks(build),
    ...valueChecks(build),
    ...sizeChecks(build),
    ...combinedChecks(build),
    ...[propertiesCheck(build)].filter((check) => check !== undefined),
    ...objectChecks(build),
    ...arrayChecks(build),
  ])
  const rest = withUnevaluated(base, build)
  const type = typeCheck(build)
  if (type === undefined) return rest
  return rest === pass ? type : (value, run) => type(value, run) && rest(value, run)
}

function createBuild(
  compiling: Compiling,
  place: Place,
  schema: Exclude<JsonSchema, boolean>,
): Build {
  const { document, formats } = compiling
  const { keywords, name } = place.resource.dialect
  // In draft-07 a reference stands alone.
  const alone = name === 'draft-07' && schema['$ref'] !== undefined
  const given = new Map<string, unknown>()
  for (const [keyword, value] of Object.entries(schema)) {
    if (keywords.has(keyword) && (!alone || keyword === '$ref')) given.set(keyword, value)
  }
  return {
    place,
    formats,
    limits: document.limits,
    dynamic: isDynamic(compiling),
    get: (keyword) => given.get(keyword),
    sub: (child) => compileSub(compiling, place, child),
    target: (reference) => targetAt(compiling, resolve(document, place, String(reference))),
    dynamicTargets: (anchor) => {
      const found = new Map<object, Target>()
      for (const resource of document.resources.values()) {
        const there = resource.dynamicAnchors.get(anchor)
        if (there) found.set(resource, targetAt(compiling, there))
      }
      return found
    },
    pattern: (source) => document.patterns.get(source, place.pointer),
  }
}

function compileSub(compiling: Compiling, parent: Place, child: unknown): Check {
  if (!isSchema(child)) return never
  if (typeof child === 'boolean') return child ? pass : never
  const place = compiling.document.places.get(child) ?? { ...parent, schema: child }
  const check = compileAt(compiling, place)
  if (place.resource === parent.resource || !isDynamic(compiling)) return check
  return (value, run) => {
    run.scope.push(place.resource)
    const valid = check(value, run)
    run.scope.pop()
    return valid
  }
}

/** `unevaluated*` looks at what all the others did, so they keep a record of it. */
function withUnevaluated(base: Check, build: Build): Check {
  const unevaluated = every(
    [unevaluatedPropertiesCheck(build), unevaluatedItemsCheck(build)].filter(
      (check) => check !== undefined,
    ),
  )
  if (unevaluated === pass) return base
  return (value, run) => {
    const outer = run.frame
    const own = createFrame()
    run.frame = own
    const valid = base(value, run) && unevaluated(value, run)
    run.frame = outer
    if (valid && outer !== undefined) merge(outer, own)
    return valid
  }
}
