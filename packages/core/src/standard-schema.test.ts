import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'
import {
  type InputOf,
  isStandardSchema,
  type OutputOf,
  toJsonSchema,
  validateWith,
} from './standard-schema.ts'

const zodSchema = z.object({ city: z.string(), days: z.number().default(3) })
const valibotSchema = toStandardJsonSchema(
  v.object({ city: v.string(), days: v.optional(v.number(), 3) }),
)
const arktypeSchema = type({ city: 'string', days: 'number = 3' })
const schemas = { zodSchema, valibotSchema, arktypeSchema }

for (const [name, schema] of Object.entries(schemas)) {
  test(`${name}: told as JSON Schema, without a dialect`, () => {
    const told = toJsonSchema(schema, 'input')
    assert.equal(told['type'], 'object')
    assert.deepEqual(told['required'], ['city'])
    assert.equal(told['$schema'], undefined)
  })

  test(`${name}: validates, defaults filled in`, async () => {
    assert.ok(isStandardSchema(schema))
    const good = await validateWith(schema, { city: 'Bern' })
    assert.deepEqual(good, { value: { city: 'Bern', days: 3 } })
    const bad = await validateWith(schema, { city: 'Bern', days: 'three' })
    assert.equal(bad.issues?.length, 1)
    assert.equal(bad.issues[0]?.path, '/days')
    assert.match(bad.issues[0].message, /number/)
  })
}

test('input and output types follow the schema', () => {
  const input: InputOf<typeof zodSchema> = { city: 'Bern' }
  const output: OutputOf<typeof zodSchema> = { city: 'Bern', days: 3 }
  // @ts-expect-error days is always there in the output
  const lacking: OutputOf<typeof arktypeSchema> = { city: 'Bern' }
  assert.ok(input && output && lacking)
})

test('a JSON Schema is no library schema, and is told as it is', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } }
  assert.equal(isStandardSchema(schema), false)
  assert.equal(isStandardSchema(null), false)
  assert.equal(isStandardSchema('~standard'), false)
  assert.equal(toJsonSchema(schema, 'input'), schema)
})

test('a schema that cannot be told says what to do', () => {
  const plain = v.object({ city: v.string() })
  assert.throws(() => toJsonSchema(plain, 'input'), /toStandardJsonSchema\(\) from @valibot/)
  const date = z.object({ day: z.date() })
  assert.throws(() => toJsonSchema(date, 'input'), { name: 'TypeError', message: /zod.*[Dd]ate/ })
  const other = {
    '~standard': { version: 1 as const, vendor: 'other', validate: () => ({ value: 1 }) },
  }
  assert.throws(() => toJsonSchema(other, 'output'), /Standard JSON Schema/)
})

test('paths of issues are JSON pointers, object steps and odd keys included', async () => {
  const steps = ['a/b', { key: 'c~d' }, 0]
  const schema = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: async () => ({ issues: [{ message: 'no', path: steps }, { message: 'whole' }] }),
    },
  }
  assert.deepEqual(await validateWith(schema, 1), {
    issues: [
      { path: '/a~1b/c~0d/0', message: 'no' },
      { path: '', message: 'whole' },
    ],
  })
})
