/** Checks that a keyword's value has the shape its dialect gives it. */
import { SchemaError } from '../json-schema.ts'
import { typeNames } from './check-type.ts'
import { describe, list } from './describe.ts'
import type { Shape } from './dialect.ts'
import { isMembers, isSchema } from './members.ts'

/** Throws unless `value` has the shape; subschemas are looked into by the walk, not here. */
export function assertShape(shape: Shape, value: unknown, where: string): void {
  const [expected, test] = shapes[shape]
  if (test(value)) return
  throw new SchemaError(`${where}: expected ${expected}, got ${describe(value)}`)
}

type Test = (value: unknown) => boolean

const isText: Test = (value) => typeof value === 'string'

const arrayOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test)

const objectOf =
  (test: Test): Test =>
  (value) =>
    isMembers(value) && Object.values(value).every(test)

const isType: Test = (value) => typeNames.includes(value)
const areNames = /* @__PURE__ */ arrayOf(isText)
const areSchemas = /* @__PURE__ */ arrayOf(isSchema)

const shapes: Readonly<Record<Shape, readonly [string, Test]>> = {
  any: ['anything', () => true],
  text: ['a string', isText],
  reference: ['a URI reference', isText],
  anchor: ['a plain name', (value) => isText(value) && /^[a-z_][\w.-]*$/i.test(String(value))],
  flag: ['a boolean', (value) => typeof value === 'boolean'],
  number: ['a number', Number.isFinite],
  positive: ['a number above 0', (value) => Number.isFinite(value) && Number(value) > 0],
  count: ['an integer from 0 up', (value) => Number.isInteger(value) && Number(value) >= 0],
  list: ['an array', Array.isArray],
  type: [`one or more of ${list(typeNames)}`, (value) => isType(value) || arrayOf(isType)(value)],
  names: ['an array of strings', areNames],
  'names-by-name': ['an object of arrays of strings', objectOf(areNames)],
  pattern: ['a regular expression', isText],
  schema: ['a schema (in 2020-12 arrays of schemas are "prefixItems")', isSchema],
  schemas: [
    'an array of schemas, not empty',
    (value) => areSchemas(value) && Object(value).length > 0,
  ],
  'schema-or-schemas': ['schemas', (value) => isSchema(value) || areSchemas(value)],
  'schemas-by-name': ['an object of schemas', objectOf(isSchema)],
  'schemas-by-pattern': ['an object of schemas', objectOf(isSchema)],
  'schemas-or-names-by-name': [
    'an object of schemas or of arrays of strings',
    objectOf((value) => isSchema(value) || areNames(value)),
  ],
}
