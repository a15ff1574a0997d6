import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonSchema } from '@lutra/core'
import { isOpen, propertiesOf, propertyOf } from './schema.ts'
import { typedValue } from './typed.ts'

const read = (schema: Record<string, unknown>, ...texts: string[]) => typedValue(texts, schema)

test('a text becomes the narrowest type that the schema allows', () => {
  const cases: [Record<string, unknown>, string, unknown][] = [
    [{ type: 'string' }, '5', '5'],
    [{ type: 'string' }, '[1]', '[1]'],
    [{ type: 'number' }, '-1.5e3', -1500],
    [{ type: 'integer' }, '12', 12],
    [{ type: 'boolean' }, 'false', false],
    [{ type: 'null' }, 'null', null],
    [{ type: ['string', 'null'] }, 'null', null],
    [{ type: ['string', 'number'] }, '7', 7],
    [{ type: ['string', 'number'] }, '7 days', '7 days'],
    [{ anyOf: [{ type: 'boolean' }, { type: 'string' }] }, 'true', true],
    [{ enum: [1, 2] }, '2', 2],
    [{ enum: ['1', '2'] }, '2', '2'],
    [{ const: true }, 'true', true],
    [{ type: 'array' }, '[1,"a"]', [1, 'a']],
    [{ type: 'array', items: { type: 'integer' } }, '3', [3]],
    [{ type: 'object' }, '{"a":{"b":1}}', { a: { b: 1 } }],
    [{}, '5', '5'],
    [{ type: 'string' }, '', ''],
  ]
  for (const [schema, text, expected] of cases) {
    assert.deepEqual(read(schema, text), expected, `${JSON.stringify(schema)} ${text}`)
  }
})

test('a key that is given several times is a list', () => {
  assert.deepEqual(read({ type: 'array', items: { type: 'number' } }, '1', '2'), [1, 2])
  assert.deepEqual(read({}, 'a', 'b'), ['a', 'b'])
  assert.throws(() => read({ type: 'string' }, 'a', 'b'), /given 2 times, but is no list/)
})

test('what fits no type is told with what would', () => {
  const cases: [Record<string, unknown>, string, RegExp][] = [
    [{ type: 'integer' }, '1.5', /expected a whole number, not "1.5"/],
    [{ type: 'integer' }, '0x10', /whole number/],
    [{ type: 'number' }, 'NaN', /expected a number/],
    [{ type: 'number' }, '', /expected a number, not ""/],
    [{ type: 'boolean' }, 'yes', /expected true or false/],
    [{ type: 'object' }, '[]', /expected an object as JSON/],
    [{ type: ['boolean', 'null'] }, 'x', /expected true or false or null/],
  ]
  for (const [schema, text, message] of cases) assert.throws(() => read(schema, text), message)
})

test('schemas are read through references and compositions, but not without end', () => {
  const root: JsonSchema = {
    type: 'object',
    $defs: { size: { type: 'integer' }, loop: { $ref: '#/$defs/loop', allOf: [{ $ref: '#' }] } },
    properties: {
      size: { $ref: '#/$defs/size' },
      sizes: { type: 'array', items: { $ref: '#/$defs/size' } },
      loop: { $ref: '#/$defs/loop' },
      any: true,
    },
    allOf: [{ properties: { extra: { type: 'number' } } }],
    anyOf: [{ $ref: '#' }, { $ref: 'https://elsewhere.example/schema' }],
  }
  assert.equal(read(propertyOf(root, 'size') ?? {}, '4'), 4)
  assert.deepEqual(read(propertyOf(root, 'sizes') ?? {}, '4', '5'), [4, 5])
  assert.equal(read(propertyOf(root, 'extra') ?? {}, '4'), 4)
  assert.equal(read(propertyOf(root, 'any') ?? {}, '4'), '4')
  assert.equal(read(propertyOf(root, 'loop') ?? {}, '4'), '4')
  assert.deepEqual(propertiesOf(root), ['size', 'sizes', 'loop', 'any', 'extra'])
  assert.equal(isOpen(root), true)
  assert.equal(isOpen({ additionalProperties: false }), false)
})

test('names of the prototype are names as any other', () => {
  const root: JsonSchema = JSON.parse('{"properties": {"__proto__": {"type": "integer"}}}')
  assert.equal(propertyOf(root, 'constructor'), undefined)
  assert.equal(read(propertyOf(root, '__proto__') ?? {}, '4'), 4)
})
