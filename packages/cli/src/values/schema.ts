/** What a JSON Schema says about the values that a person types, as far as it can be told without a value. */
import { isObject, type JsonSchema } from '@lutra/core'

type Schema = Readonly<Record<string, unknown>>

export type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'array' | 'object' | 'string'

/** The schema of one property of an object, or undefined where it is not declared. */
export function propertyOf(root: JsonSchema | undefined, name: string): Schema | undefined {
  for (const schema of branches(root, root)) {
    const { properties } = schema
    if (!isObject(properties) || !Object.hasOwn(properties, name)) continue
    const found = properties[name]
    if (isObject(found)) return inlined(found, root)
    if (found === true) return {}
  }
  return undefined
}

/** The names of all properties that are declared. */
export function propertiesOf(root: JsonSchema | undefined): readonly string[] {
  const names = branches(root, root).flatMap(({ properties }) =>
    isObject(properties) ? Object.keys(properties) : [],
  )
  return [...new Set(names)]
}

/** The names of the properties that must be given. */
export function requiredOf(root: JsonSchema | undefined): ReadonlySet<unknown> {
  const { required } = isObject(root) ? root : {}
  return new Set(Array.isArray(required) ? required : [])
}

/** Whether an object may have properties that are not declared. */
export function isOpen(root: JsonSchema | undefined): boolean {
  const found = branches(root, root)
  return !found.some(
    (one) => one['additionalProperties'] === false || one['unevaluatedProperties'] === false,
  )
}

/** The JSON types that a schema allows; none where it does not say. */
export function typesOf(root: Schema): ReadonlySet<JsonType> {
  const found = branches(root, root).flatMap((schema) => {
    const { type, enum: values } = schema
    const listed = Array.isArray(values) ? values : 'const' in schema ? [schema['const']] : []
    if (listed.length > 0) return listed.map(typeOf)
    return Array.isArray(type) ? type : [type]
  })
  return new Set(found.filter((type): type is JsonType => jsonTypes.has(type)))
}

/** The schema of an array's items. */
export function itemsOf(root: Schema): Schema {
  const items = branches(root, root).find(({ items: one }) => isObject(one))?.['items']
  return isObject(items) ? inlined(items, root) : {}
}

const jsonTypes: ReadonlySet<unknown> = new Set<JsonType>([
  'null',
  'boolean',
  'integer',
  'number',
  'array',
  'object',
  'string',
])

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value as JsonType
}

/** A schema and all that it is put together from. References lead inside the document alone, and not without end. */
function branches(schema: unknown, root: unknown, depth = 0): Schema[] {
  if (!isObject(schema) || depth > 8) return []
  const parts = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => {
    const list = schema[keyword]
    return Array.isArray(list) ? list.slice(0, 50) : []
  })
  const target = resolve(schema['$ref'], root)
  return [schema, ...[target, ...parts].flatMap((part) => branches(part, root, depth + 1))]
}

/** A part of a schema that keeps what its references point to. */
function inlined(part: Schema, root: JsonSchema | undefined): Schema {
  const { $defs, definitions } = isObject(root) ? root : {}
  return {
    ...($defs !== undefined && { $defs }),
    ...(definitions !== undefined && { definitions }),
    ...part,
  }
}

function resolve(ref: unknown, root: unknown): unknown {
  if (typeof ref !== 'string' || !ref.startsWith('#/')) return undefined
  return ref
    .slice(2)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (at, step) => (isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined),
      root,
    )
}
