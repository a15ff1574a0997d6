/** Which keywords a dialect knows, and what shape the value of each must have. */
import { type JsonSchema, SchemaError, schemaDialects } from '../json-schema.ts'
import { isMembers, type Members } from './members.ts'

/** The shape of a keyword's value; the second group holds subschemas. */
export type Shape =
  | 'any'
  | 'text'
  | 'reference'
  | 'anchor'
  | 'flag'
  | 'number'
  | 'positive'
  | 'count'
  | 'list'
  | 'type'
  | 'names'
  | 'names-by-name'
  | 'pattern'
  | 'schema'
  | 'schemas'
  | 'schema-or-schemas'
  | 'schemas-by-name'
  | 'schemas-by-pattern'
  | 'schemas-or-names-by-name'

export interface Dialect {
  readonly name: '2020-12' | '2019-09' | 'draft-07'
  readonly keywords: ReadonlyMap<string, Shape>
}

const shared: readonly (readonly [string, Shape])[] = [
  ['$schema', 'text'],
  ['$id', 'text'],
  ['$ref', 'reference'],
  ['type', 'type'],
  ['enum', 'list'],
  ['const', 'any'],
  ['multipleOf', 'positive'],
  ['maximum', 'number'],
  ['exclusiveMaximum', 'number'],
  ['minimum', 'number'],
  ['exclusiveMinimum', 'number'],
  ['maxLength', 'count'],
  ['minLength', 'count'],
  ['pattern', 'pattern'],
  ['maxItems', 'count'],
  ['minItems', 'count'],
  ['uniqueItems', 'flag'],
  ['maxProperties', 'count'],
  ['minProperties', 'count'],
  ['required', 'names'],
  ['format', 'text'],
  ['$defs', 'schemas-by-name'],
  ['definitions', 'schemas-by-name'],
  ['allOf', 'schemas'],
  ['anyOf', 'schemas'],
  ['oneOf', 'schemas'],
  ['not', 'schema'],
  ['if', 'schema'],
  ['then', 'schema'],
  ['else', 'schema'],
  ['contains', 'schema'],
  ['properties', 'schemas-by-name'],
  ['patternProperties', 'schemas-by-pattern'],
  ['additionalProperties', 'schema'],
  ['propertyNames', 'schema'],
  // Gone since 2019-09, and still written.
  ['dependencies', 'schemas-or-names-by-name'],
]

const since2019: readonly (readonly [string, Shape])[] = [
  ['$anchor', 'anchor'],
  ['dependentRequired', 'names-by-name'],
  ['dependentSchemas', 'schemas-by-name'],
  ['minContains', 'count'],
  ['maxContains', 'count'],
  ['unevaluatedItems', 'schema'],
  ['unevaluatedProperties', 'schema'],
  ['contentSchema', 'schema'],
]

const until2019: readonly (readonly [string, Shape])[] = [
  ['items', 'schema-or-schemas'],
  ['additionalItems', 'schema'],
]

const draft2020: Dialect = {
  name: '2020-12',
  keywords: new Map([
    ...shared,
    ...since2019,
    ['$dynamicRef', 'reference'],
    ['$dynamicAnchor', 'anchor'],
    ['prefixItems', 'schemas'],
    ['items', 'schema'],
  ]),
}

const draft2019: Dialect = {
  name: '2019-09',
  keywords: new Map([
    ...shared,
    ...since2019,
    ...until2019,
    ['$recursiveRef', 'reference'],
    ['$recursiveAnchor', 'flag'],
  ]),
}

const draft7: Dialect = {
  name: 'draft-07',
  keywords: new Map([...shared, ...until2019]),
}

const dialects: readonly (readonly [RegExp, Dialect])[] = [
  [/^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/, draft2020],
  [/^https?:\/\/json-schema\.org\/draft\/2019-09\/schema#?$/, draft2019],
  [/^https?:\/\/json-schema\.org\/draft-07\/schema#?$/, draft7],
]

export const defaultDialect = draft2020

/** The dialect that a `$schema` URI names, directly or by a supplied metaschema. */
export function dialectNamed(uri: string, documents: ReadonlyMap<string, JsonSchema>): Dialect {
  for (const [names, dialect] of dialects) if (names.test(uri)) return dialect
  const metaschema = documents.get(uri)
  if (typeof metaschema === 'object' && isMembers(metaschema['$vocabulary'])) {
    const base = dialectNamed(String(metaschema['$schema']), standardOnly)
    return withVocabularies(base, metaschema['$vocabulary'])
  }
  throw new SchemaError(
    `Unsupported JSON Schema dialect ${JSON.stringify(uri)}; supported: ${schemaDialects.join(', ')}`,
  )
}

const standardOnly: ReadonlyMap<string, JsonSchema> = new Map()
const asserting = new Set<Shape>([
  'any',
  'flag',
  'number',
  'positive',
  'count',
  'list',
  'type',
  'names',
  'names-by-name',
  'pattern',
])

/** A metaschema of someone's own may leave the asserting keywords out; nothing else can vary. */
function withVocabularies(base: Dialect, vocabularies: Members): Dialect {
  const validation = `https://json-schema.org/draft/${base.name}/vocab/validation`
  if (Object.hasOwn(vocabularies, validation)) return base
  const kept = [...base.keywords].filter(([, shape]) => !asserting.has(shape))
  return { name: base.name, keywords: new Map(kept) }
}
