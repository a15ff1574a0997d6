import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonSchema } from '@lutra/core'
import { readArguments } from './arguments.ts'
import { readGiven } from './words.ts'

const schema: JsonSchema = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
}
const read = (words: string[], root: JsonSchema = schema) =>
  readArguments(words.map(readGiven), { tool: 'forecast', schema: root })

test('later words go before earlier ones, and those of one key before those of many', () => {
  assert.deepEqual(read(['{"city":"A","days":1}', 'days:=2']), { city: 'A', days: 2 })
  assert.deepEqual(read(['city=B', '{"city":"A","more":[1]}']), { city: 'B', more: [1] })
  assert.deepEqual(read(['city=a=b=c']), { city: 'a=b=c' })
  assert.deepEqual(read(['city=']), { city: '' })
  assert.deepEqual(read([]), {})
})

test('names of the prototype become properties of their own', () => {
  const args = read(['__proto__=x', 'constructor:=1'])
  assert.deepEqual(Object.keys(args), ['constructor', '__proto__'])
  assert.equal(Object.getPrototypeOf(args), Object.prototype)
})

test('names that the tool does not know are told, unless it takes any name or they are given as JSON', () => {
  assert.throws(() => read(['cty=Bern']), /forecast has no argument cty; did you mean city\?/)
  assert.deepEqual(read(['planet=Mars']), { planet: 'Mars' })
  const closed: JsonSchema = { ...schema, additionalProperties: false }
  assert.throws(() => read(['planet=Mars'], closed), /no argument planet; it has city, days/)
  assert.deepEqual(read(['cty:="Bern"', '{"dys":1}'], closed), { dys: 1, cty: 'Bern' })
  assert.throws(() => read(['a=1'], { additionalProperties: false }), /has no argument a$/)
})

test('words that are no arguments are told', () => {
  for (const word of ['city', '=x', ':=1']) assert.throws(() => read([word]), /Expected key=value/)
  assert.throws(() => read(['days:=two']), /days is no JSON/)
  assert.throws(() => read(['[1]']), /Expected key=value/)
  assert.throws(
    () => read(['@/no/such/file']),
    /Cannot read \/no\/such\/file: there is no such file/,
  )
})
