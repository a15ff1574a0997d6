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

type Keywords = { readonly [shape in Shape]?: string }

const shared: Keywords = {
  any: 'const',
  text: '$schema $id format',
  reference: '$ref',
  flag: 'uniqueItems',
  number: 'minimum maximum exclusiveMinimum exclusiveMaximum',
  positive: 'multipleOf',
  count: 'minLength maxLength minItems maxItems minProperties maxProperties',
  list: 'enum',
  type: 'type',
  names: 'required',
  pattern: 'pattern',
  schema: 'not if then else contains additionalProperties propertyNames',
  schemas: 'allOf anyOf oneOf',
  'schemas-by-name': '$defs definitions properties',
  'schemas-by-pattern': 'patternProperties',
  // Gone since 2019-09, and still written.
  'schemas-or-names-by-name': 'dependencies',
}

const since2019: Keywords = {
  anchor: '$anchor',
  count: 'minContains maxContains',
  schema: 'unevaluatedItems unevaluatedProperties contentSchema',
  'names-by-name': 'dependentRequired',
  'schemas-by-name': 'dependentSchemas',
}

const until2019: Keywords = { schema: 'additionalItems', 'schema-or-schemas': 'items' }

const draft2020 = /* @__PURE__ */ dialect('2020-12', [
  shared,
  since2019,
  { anchor: '$dynamicAnchor', reference: '$dynamicRef', schema: 'items', schemas: 'prefixItems' },
])
const draft2019 = /* @__PURE__ */ dialect('2019-09', [
  shared,
  since2019,
  until2019,
  { reference: '$recursiveRef', flag: '$recursiveAnchor' },
])
const draft7 = /* @__PURE__ */ dialect('draft-07', [shared, until2019])

function dialect(name: Dialect['name'], groups: readonly Keywords[]): Dialect {
  const keywords = new Map<string, Shape>()
  for (const group of groups) {
    for (const [shape, names] of Object.entries(group)) {
      for (const keyword of names.split(' ')) keywords.set(keyword, shape as Shape)
    }
  }
  return { name, keywords }
}

const uris: readonly (readonly [string, Dialect])[] = [
  ['draft/2020-12/schema', draft2020],
  ['draft/2019-09/schema', draft2019],
  ['draft-07/schema', draft7],
]

export const defaultDialect = draft2020

/** The dialect that a `$schema` URI names, directly or by a supplied metaschema. */
export function dialectNamed(uri: string, documents: ReadonlyMap<string, JsonSchema>): Dialect {
  const [, path] = /^https?:\/\/json-schema\.org\/(.*?)#?$/.exec(uri) ?? []
  for (const [end, known] of uris) if (path === end) return known
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
const asserting = /^(any|flag|number|positive|count|list|type|names.*|pattern)$/

/** A metaschema of someone's own may leave the asserting keywords out; nothing else can vary. */
function withVocabularies(base: Dialect, vocabularies: Members): Dialect {
  const validation = `https://json-schema.org/draft/${base.name}/vocab/validation`
  if (Object.hasOwn(vocabularies, validation)) return base
  const kept = [...base.keywords].filter(([, shape]) => !asserting.test(shape))
  return { name: base.name, keywords: new Map(kept) }
}
