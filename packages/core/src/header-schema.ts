/** Finds the `x-mcp-header` annotations of a tool's input schema. See /specification/2026-07-28/basic/transports/streamable-http#x-mcp-header */
import type { Params } from './call.ts'
import type { HeaderParam } from './header-params.ts'
import { isObject } from './message.ts'

/** Says why a tool's `x-mcp-header` annotations make the tool unusable over HTTP. */
export class HeaderParamError extends Error {
  override readonly name = 'HeaderParamError'
}

/** The arguments that a tool wants mirrored into headers; throws `HeaderParamError` where an annotation is invalid. */
export function readHeaderParams(inputSchema: Params): readonly HeaderParam[] {
  const found = new Map<string, HeaderParam>()
  // A work list, not recursion: the schema may come from a stranger and be as deep as they like.
  const open: Place[] = [{ schema: inputSchema, plain: true }]
  let seen = 0
  for (let place = open.pop(); place; place = open.pop()) {
    if (++seen > maxSchemas) throw new HeaderParamError(`More than ${maxSchemas} subschemas`)
    if (Object.hasOwn(place.schema, annotation)) {
      const param = readAnnotation(place)
      const twin = found.get(param.header)
      if (twin) {
        throw new HeaderParamError(`${show(param.path)} and ${show(twin.path)} share ${param.name}`)
      }
      found.set(param.header, param)
    }
    for (const [keyword, value] of Object.entries(place.schema)) {
      if (keyword === 'properties') pushMap(open, value, place)
      else if (maps.has(keyword))
        pushMap(open, value, { parent: place, key: keyword, plain: false })
      else if (subschemas.has(keyword)) {
        pushSubschemas(open, value, { parent: place, key: keyword, plain: false })
      }
    }
  }
  return [...found.values()].sort((a, b) => (a.header < b.header ? -1 : 1))
}

/** Where in the schema: linked upwards, as a list of keys for each place would be quadratic in the depth. */
interface Step {
  readonly parent?: Step
  readonly key?: string
  /** Reached from the root through `properties` alone. */
  readonly plain: boolean
}

interface Place extends Step {
  readonly schema: Params
}

const annotation = 'x-mcp-header'
const maxSchemas = 20_000
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const types: readonly unknown[] = ['string', 'integer', 'boolean']
const maps = new Set([
  '$defs',
  'definitions',
  'patternProperties',
  'dependentSchemas',
  'dependencies',
])
const subschemas = new Set([
  'items',
  'prefixItems',
  'additionalItems',
  'unevaluatedItems',
  'contains',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'contentSchema',
])

function readAnnotation(place: Place): HeaderParam {
  const { schema, plain } = place
  const path = pathOf(place)
  const name = schema[annotation]
  if (typeof name !== 'string' || !token.test(name)) {
    throw new HeaderParamError(`${show(path)}: ${annotation} must be a header name, 1*tchar`)
  }
  if (!plain || path.length === 0) {
    throw new HeaderParamError(
      `${show(path)}: ${annotation} may only stand on a property reached through "properties" alone`,
    )
  }
  if (!types.includes(schema['type'])) {
    throw new HeaderParamError(
      `${show(path)}: ${annotation} needs "type" to be string, integer or boolean`,
    )
  }
  return { name, header: `mcp-param-${name.toLowerCase()}`, path }
}

function pushMap(open: Place[], value: unknown, parent: Step): void {
  if (!isObject(value)) return
  for (const [key, schema] of Object.entries(value)) {
    if (isObject(schema)) open.push({ schema, parent, key, plain: parent.plain })
  }
}

function pushSubschemas(open: Place[], value: unknown, step: Step): void {
  for (const schema of Array.isArray(value) ? value : [value]) {
    if (isObject(schema)) open.push({ schema, ...step })
  }
}

function pathOf(step: Step): string[] {
  const path: string[] = []
  for (let at: Step | undefined = step; at; at = at.parent) {
    if (at.key !== undefined) path.push(at.key)
  }
  return path.reverse()
}

function show(path: readonly string[]): string {
  return path.length === 0 ? 'the root' : path.join('.').slice(0, 200)
}
