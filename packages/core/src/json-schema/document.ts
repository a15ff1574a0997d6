/** What a schema document consists of: resources, anchors, places and references. */
import { type JsonSchema, SchemaError } from '../json-schema.ts'
import { canonical } from './canonical.ts'
import { quote } from './describe.ts'
import { type Dialect, dialectNamed, type Shape } from './dialect.ts'
import { isSchema, type Members } from './members.ts'
import type { Patterns } from './pattern.ts'
import { escapeToken } from './pointer.ts'
import type { Limits } from './run.ts'
import { assertShape } from './shape.ts'

/** A schema with an identity of its own: the document, or a subschema with `$id`. */
export interface Resource {
  readonly uri: string
  readonly root: JsonSchema
  readonly dialect: Dialect
  readonly anchors: Map<string, Place>
  readonly dynamicAnchors: Map<string, Place>
}

/** Where a subschema stands. */
export interface Place {
  readonly schema: JsonSchema
  readonly resource: Resource
  /** JSON pointer from the root of its document, for messages. */
  readonly pointer: string
}

export interface Document {
  readonly resources: Map<string, Resource>
  readonly places: Map<object, Place>
  /** References still to be resolved, with the place that makes each. */
  readonly references: { readonly from: Place; readonly to: string }[]
  readonly patterns: Patterns
  readonly documents: ReadonlyMap<string, JsonSchema>
  readonly limits: Limits
  subschemas: number
}

interface Origin {
  readonly uri: string
  readonly dialect: Dialect
  readonly pointer: string
}

/** Reads a whole schema that was found at a URI, and says where its root stands. */
export function addSchema(document: Document, schema: JsonSchema, origin: Origin): Place {
  const resource = openResource(document, schema, origin)
  document.resources.set(origin.uri, resource)
  const place = { schema, resource, pointer: origin.pointer }
  walk(document, place, 0)
  return place
}

/** Reads a subschema and all below it. */
export function walk(document: Document, place: Place, depth: number): void {
  const { schema, pointer } = place
  if (typeof schema === 'boolean') return
  const { maxDepth, maxSubschemas } = document.limits
  if (depth > maxDepth) throw new SchemaError(`${pointer}: nested deeper than ${maxDepth} levels`)
  if (++document.subschemas > maxSubschemas) {
    throw new SchemaError(`${pointer}: more than ${maxSubschemas} subschemas`)
  }
  const here = enter(document, place, schema)
  document.places.set(schema, here)
  noteAnchors(here, schema)
  for (const [keyword, value] of Object.entries(schema)) {
    const shape = here.resource.dialect.keywords.get(keyword)
    if (shape === undefined || value === undefined) continue
    const where = `${pointer}/${escapeToken(keyword)}`
    assertShape(shape, value, where)
    if (shape === 'reference') document.references.push({ from: here, to: String(value) })
    if (shape === 'pattern') document.patterns.get(String(value), where)
    for (const [token, child] of subschemas(shape, value)) {
      const below = token === undefined ? where : `${where}/${escapeToken(token)}`
      if (shape === 'schemas-by-pattern') document.patterns.get(token ?? '', below)
      walk(document, { schema: child, resource: here.resource, pointer: below }, depth + 1)
    }
  }
}

function* subschemas(shape: Shape, value: unknown): Iterable<[string | undefined, JsonSchema]> {
  if (!shape.startsWith('schema')) return
  if (shape === 'schema' || (shape === 'schema-or-schemas' && isSchema(value))) {
    if (isSchema(value)) yield [undefined, value]
    return
  }
  for (const [token, child] of Object.entries(value ?? {}))
    if (isSchema(child)) yield [token, child]
}

/** The place of a subschema, in a resource of its own if it has an `$id`. */
function enter(document: Document, place: Place, schema: Members): Place {
  const { resource, pointer } = place
  if (schema === resource.root || ownId(schema, resource.dialect) === undefined) return place
  const { uri, dialect } = resource
  return { ...place, resource: openResource(document, schema, { uri, dialect, pointer }) }
}

function openResource(document: Document, schema: JsonSchema, origin: Origin): Resource {
  const named = typeof schema === 'object' ? schema['$schema'] : undefined
  if (named !== undefined) assertShape('text', named, `${origin.pointer}/$schema`)
  const dialect = named ? dialectNamed(String(named), document.documents) : origin.dialect
  const id = typeof schema === 'object' ? ownId(schema, dialect) : undefined
  if (id !== undefined) assertShape('text', id, `${origin.pointer}/$id`)
  const [uri, fragment] = id === undefined ? [origin.uri, ''] : splitUri(String(id), origin.uri)
  if (fragment !== '' && dialect.name !== 'draft-07') {
    throw new SchemaError(
      `${origin.pointer}/$id: expected a URI with no fragment, got ${quote(String(id))}`,
    )
  }
  const resource: Resource = {
    uri,
    root: schema,
    dialect,
    anchors: new Map(),
    dynamicAnchors: new Map(),
  }
  const other = document.resources.get(uri)
  if (other !== undefined && !same(other.root, schema)) {
    throw new SchemaError(`${origin.pointer}/$id: ${quote(uri)} names two different schemas`)
  }
  document.resources.set(uri, resource)
  return resource
}

/** In draft-07 an `$id` beside `$ref` counts for nothing, and `#name` is an anchor. */
function ownId(schema: Members, dialect: Dialect): unknown {
  const id = schema['$id']
  if (dialect.name !== 'draft-07') return id
  return schema['$ref'] !== undefined || (typeof id === 'string' && id.startsWith('#'))
    ? undefined
    : id
}

function noteAnchors(place: Place, schema: Members): void {
  const { resource, pointer } = place
  const { keywords } = resource.dialect
  const note = (anchors: Map<string, Place>, name: unknown): void => {
    if (typeof name !== 'string') return
    const other = anchors.get(name)
    if (other !== undefined && !same(other.schema, schema)) {
      throw new SchemaError(`${pointer}: the anchor ${quote(name)} is used twice`)
    }
    anchors.set(name, place)
  }
  if (keywords.has('$anchor')) note(resource.anchors, schema['$anchor'])
  if (keywords.has('$dynamicAnchor')) {
    note(resource.anchors, schema['$dynamicAnchor'])
    note(resource.dynamicAnchors, schema['$dynamicAnchor'])
  }
  // `$recursiveAnchor` is a `$dynamicAnchor` without a name, at the root of a resource.
  if (keywords.has('$recursiveAnchor') && schema['$recursiveAnchor'] === true) {
    note(resource.dynamicAnchors, '')
  }
  const id = schema['$id']
  if (resource.dialect.name === 'draft-07' && typeof id === 'string' && !schema['$ref']) {
    const name = id.slice(id.indexOf('#') + 1)
    if (id.includes('#') && name !== '') note(resource.anchors, name)
  }
}

/** A URI reference as an absolute URI without fragment, and its fragment. */
export function splitUri(reference: string, base: string): readonly [string, string] {
  if (!URL.canParse(reference, base)) {
    throw new SchemaError(`${quote(reference)} is not a URI reference that ${quote(base)} can take`)
  }
  const url = new URL(reference, base)
  const fragment = url.hash.slice(1)
  url.hash = ''
  return [url.href, fragment]
}

function same(a: JsonSchema, b: JsonSchema): boolean {
  return a === b || canonical(a, boundDepth) === canonical(b, boundDepth)
}

function boundDepth(depth: number): void {
  if (depth > 1000) throw new SchemaError('Two schemas with the same name nest too deep to compare')
}
