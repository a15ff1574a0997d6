/** Checks that a keyword's value has the shape its dialect gives it. */
import { SchemaError } from '../json-schema.ts'
import { describe, quote } from './describe.ts'
import type { Shape } from './dialect.ts'
import { isMembers, isSchema } from './members.ts'

/** Throws unless `value` has the shape; subschemas are looked into by the walk, not here. */
export function assertShape(shape: Shape, value: unknown, where: string): void {
  const problem = shapes[shape](value)
  if (problem) throw new SchemaError(`${where}: expected ${problem}, got ${describe(value)}`)
}

type Problem = string | false

const typeNames = new Set(['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'])

const shapes: Record<Shape, (value: unknown) => Problem> = {
  any: () => false,
  text: (value) => typeof value !== 'string' && 'a string',
  reference: (value) => typeof value !== 'string' && 'a URI reference',
  anchor: (value) =>
    !(typeof value === 'string' && /^[A-Za-z_][\w.-]*$/.test(value)) && 'a plain name',
  flag: (value) => typeof value !== 'boolean' && 'a boolean',
  number: (value) => !Number.isFinite(value) && 'a number',
  positive: (value) =>
    !(typeof value === 'number' && Number.isFinite(value) && value > 0) && 'a number above 0',
  count: (value) =>
    !(typeof value === 'number' && Number.isInteger(value) && value >= 0) && 'an integer from 0 up',
  list: (value) => !Array.isArray(value) && 'an array',
  type: (value) =>
    !(Array.isArray(value) ? value : [value]).every((name) => typeNames.has(name)) &&
    `one or more of ${[...typeNames].map(quote).join(', ')}`,
  names: (value) => !isNames(value) && 'an array of strings',
  'names-by-name': (value) =>
    !(isMembers(value) && Object.values(value).every(isNames)) && 'an object of arrays of strings',
  pattern: (value) => typeof value !== 'string' && 'a regular expression',
  schema: (value) => !isSchema(value) && aSchema(value),
  schemas: (value) =>
    !(Array.isArray(value) && value.length > 0 && value.every(isSchema)) &&
    'an array of schemas, not empty',
  'schema-or-schemas': (value) =>
    !(isSchema(value) || (Array.isArray(value) && value.every(isSchema))) &&
    'a schema or an array of schemas',
  'schemas-by-name': (value) => !isSchemas(value) && 'an object of schemas',
  'schemas-by-pattern': (value) => !isSchemas(value) && 'an object of schemas',
  'schemas-or-names-by-name': (value) =>
    !(isMembers(value) && Object.values(value).every((one) => isSchema(one) || isNames(one))) &&
    'an object of schemas or of arrays of strings',
}

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string')

const isSchemas = (value: unknown): boolean =>
  isMembers(value) && Object.values(value).every(isSchema)

const aSchema = (value: unknown): string =>
  Array.isArray(value)
    ? 'a schema (arrays of schemas are "prefixItems" in 2020-12, "items" in older dialects)'
    : 'a schema: an object or a boolean'
