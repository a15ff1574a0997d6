import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SchemaError, toJsonSchema, validateWith } from '@lutra/core'
import { fromJsonSchema } from './from-json-schema.ts'

const schema = {
  type: 'object',
  properties: { 'a/b': { type: 'object', properties: { n: { type: 'number' } } } },
  required: ['a/b'],
}

test('a JSON Schema checks like a schema of a library, and is told as it is', async () => {
  const ready = fromJsonSchema<{ readonly 'a/b': { readonly n?: number } }>(schema)
  assert.deepEqual(toJsonSchema(ready, 'input'), schema)
  assert.deepEqual(toJsonSchema(ready, 'output'), schema)
  assert.deepEqual(await validateWith(ready, { 'a/b': { n: 1 } }), { value: { 'a/b': { n: 1 } } })
  const { issues = [] } = await validateWith(ready, { 'a/b': { n: 'one' } })
  assert.deepEqual(
    issues.map(({ path }) => path),
    ['/a~1b/n'],
  )
})

test('a schema that cannot be used is refused when it is made, not when it is called', () => {
  assert.throws(() => fromJsonSchema({ $ref: 'https://example.test/other' }), SchemaError)
})
