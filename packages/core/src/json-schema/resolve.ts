/** From a reference to the place it names. Nothing is ever fetched. */
import { type JsonSchema, SchemaError } from '../json-schema.ts'
import { quote } from './describe.ts'
import { type Dialect, defaultDialect } from './dialect.ts'
import { addSchema, type Document, type Place, type Resource, splitUri, walk } from './document.ts'
import { isSchema } from './members.ts'
import { createPatterns } from './pattern.ts'
import { parsePointer } from './pointer.ts'
import type { Limits } from './run.ts'

interface Options {
  readonly documents: ReadonlyMap<string, JsonSchema>
  readonly limits: Limits
}

/** A document read whole, and where its root stands. */
export interface Resolved {
  readonly document: Document
  readonly root: Place
}

/** Reads a schema: its shape is right and each reference in it resolves, or `SchemaError`. */
export function readDocument(schema: unknown, { documents, limits }: Options): Resolved {
  if (!isSchema(schema)) throw new SchemaError('#: a schema is an object or a boolean')
  const document: Document = {
    resources: new Map(),
    places: new Map(),
    references: [],
    patterns: createPatterns(limits),
    documents,
    limits,
    subschemas: 0,
  }
  const root = addSchema(document, schema, { uri: nameless, dialect: defaultDialect, pointer: '#' })
  for (let next = document.references.pop(); next; next = document.references.pop()) {
    resolve(document, next.from, next.to)
  }
  return { document, root }
}

const nameless = 'schema:///'

/** The place that a reference names, seen from the place that makes it. */
export function resolve(document: Document, from: Place, reference: string): Place {
  const [uri, fragment] = splitUri(reference, from.resource.uri)
  const resource = document.resources.get(uri) ?? supplied(document, uri, from.resource.dialect)
  const place = resource && inResource(document, resource, fragment)
  if (place) return place
  throw new SchemaError(
    `${from.pointer}: the reference ${quote(reference)} is not in the schema, and schemas are never fetched`,
  )
}

/** The name of the anchor that a reference ends in, or undefined. */
export function anchorName(reference: string): string | undefined {
  const hash = reference.indexOf('#')
  const name = hash < 0 ? '' : reference.slice(hash + 1)
  return name === '' || name.startsWith('/') ? undefined : name
}

function supplied(document: Document, uri: string, dialect: Dialect): Resource | undefined {
  const schema = document.documents.get(uri) ?? document.documents.get(`${uri}#`)
  if (schema === undefined) return undefined
  return addSchema(document, schema, { uri, dialect, pointer: `${uri}#` }).resource
}

function inResource(document: Document, resource: Resource, fragment: string): Place | undefined {
  let decoded = fragment
  try {
    decoded = decodeURIComponent(fragment)
  } catch {
    return undefined
  }
  if (decoded !== '' && !decoded.startsWith('/')) return resource.anchors.get(decoded)
  return atPointer(document, resource, decoded)
}

function atPointer(document: Document, resource: Resource, pointer: string): Place | undefined {
  let value: unknown = resource.root
  let home = resource
  for (const token of parsePointer(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token))
      return undefined
    value = Reflect.get(value, token)
    home = (typeof value === 'object' && value && document.places.get(value)?.resource) || home
  }
  if (!isSchema(value)) return undefined
  const known = typeof value === 'object' ? document.places.get(value) : undefined
  if (known) return known
  const place = { schema: value, resource: home, pointer: `#${pointer}` }
  walk(document, place, 0)
  return (typeof value === 'object' && document.places.get(value)) || place
}
