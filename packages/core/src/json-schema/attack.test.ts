/** Schemas and values made to hang, crash or slip through. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type JsonSchema, SchemaError } from '../json-schema.ts'
import { compileSchema } from '../validate.ts'

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = {}
  for (let level = 0; level < depth; level++) value = wrap(value)
  return value
}

// A second is plenty for each, but on a machine that does twenty other things. What has to be linear is so large that it would take far longer if it were not.
const patient = { maxMillis: 20_000 }

const keywords = (schema: JsonSchema, value: unknown, options = {}): readonly string[] =>
  compileSchema(schema, { ...patient, ...options })(value).map(({ keyword }) => keyword)

describe('hostile schemas', () => {
  test('may not nest deeper than a bound', () => {
    const deep = nested(100_000, (not) => ({ not })) as JsonSchema
    assert.throws(() => compileSchema(deep), /nested deeper than 128 levels/)
    const cyclic: { [key: string]: unknown } = {}
    cyclic['not'] = cyclic
    assert.throws(() => compileSchema(cyclic), SchemaError)
    compileSchema(nested(100, (not) => ({ not })) as JsonSchema)
  })

  test('may not have more subschemas than a bound', () => {
    const wide = { anyOf: Array.from({ length: 20_000 }, () => ({ type: 'null' })) }
    assert.throws(() => compileSchema(wide), /more than 10000 subschemas/)
    let shared: unknown = { type: 'null' }
    for (let level = 0; level < 60; level++) shared = { allOf: [shared, shared] }
    assert.throws(() => compileSchema(shared as JsonSchema), /more than 10000 subschemas/)
  })

  test('may have long chains of references', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`d${index}`, { $ref: `#/$defs/d${index + 1}` }]),
    )
    const schema = { $ref: '#/$defs/d0', $defs: { ...$defs, d1000: { type: 'string' } } }
    assert.deepEqual(keywords(schema, 'x'), ['maxDataDepth'])
    assert.deepEqual(keywords(schema, 'x', { maxDataDepth: 100_000 }), [])
  })

  test('that double their work at each level run out of time', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 100 }, (_, level) => {
        const next = { $ref: `#/$defs/l${level + 1}` }
        return [`l${level}`, { allOf: [next, next] }]
      }),
    )
    const schema = { $ref: '#/$defs/l0', $defs: { ...$defs, l100: true } }
    assert.deepEqual(keywords(schema, 1, { maxMillis: 20 }), ['maxMillis'])
    // What is refused stays refused under a negation.
    assert.deepEqual(keywords({ not: schema, $defs: schema.$defs }, 1, { maxMillis: 20 }), [
      'maxMillis',
    ])
  })

  test('that refer to themselves only by a dynamic reference end', () => {
    const schema = { $dynamicAnchor: 'me', $dynamicRef: '#me' }
    assert.deepEqual(keywords(schema, 1), ['maxDataDepth'])
    assert.deepEqual(
      keywords({ not: { $ref: '#/$defs/a' }, $defs: { a: { $id: 'x:y', ...schema } } }, 1),
      ['maxDataDepth'],
    )
  })

  test('that refer to themselves for some values only end for those too', () => {
    const endless = { dependentSchemas: { b: { $ref: '#/$defs/two' } } }
    const schema = { items: { $ref: '#/$defs/two' }, $defs: { two: endless } }
    assert.deepEqual(keywords(schema, [{ a: 0 }]), [])
    assert.deepEqual(keywords(schema, [{ b: 0 }]), ['maxDataDepth'])
    // biome-ignore lint/suspicious/noThenProperty: it is a keyword
    const again = { if: { type: 'object' }, then: { $ref: '#' } }
    assert.deepEqual(keywords(again, {}), ['maxDataDepth'])
  })

  test('may have huge enums', () => {
    const values = Array.from({ length: 200_000 }, (_, index) =>
      index % 2 ? `v${index}` : [index],
    )
    const validate = compileSchema({ items: { enum: values } }, patient)
    assert.deepEqual(validate(values), [])
    assert.equal(validate([[1]]).length, 1)
  })

  test('may not compare with values that are too deep', () => {
    const deep = nested(100_000, (inner) => [inner])
    for (const schema of [{ const: deep }, { enum: [1, deep] }]) {
      assert.throws(() => compileSchema(schema), /nested deeper than 256 levels/)
    }
  })

  test('may have names that mean something to the language', () => {
    const schema = JSON.parse(
      '{"properties": {"__proto__": {"type": "string"}}, "__proto__": {"type": "null"}, "constructor": 1}',
    )
    assert.deepEqual(keywords(schema, {}), [])
    assert.deepEqual(keywords(schema, JSON.parse('{"__proto__": 1}')), ['type'])
    assert.throws(() => compileSchema({ $ref: '#/constructor' }), SchemaError)
    assert.throws(() => compileSchema({ $ref: '#/__proto__' }), SchemaError)
  })
})

describe('hostile values', () => {
  test('may be deep', () => {
    const deep = nested(100_000, (inner) => ({ inner }))
    const tree = { type: 'object', additionalProperties: { $ref: '#' } }
    assert.deepEqual(keywords(tree, deep), ['maxDataDepth'])
    assert.deepEqual(keywords({ not: tree }, deep), ['maxDataDepth'])
    assert.deepEqual(keywords({ enum: [{}] }, deep), ['maxDataDepth'])
    assert.deepEqual(keywords({ uniqueItems: true }, [deep, deep]), ['maxDataDepth'])
    assert.deepEqual(keywords(tree, deep, { maxDataDepth: 1e9 }), ['maxDataDepth'])
    assert.deepEqual(keywords({ type: 'object' }, deep), [])
  })

  test('may be wide, and unique in linear time', () => {
    const objects = Array.from({ length: 200_000 }, (_, id) => ({ id: { id } }))
    assert.deepEqual(keywords({ uniqueItems: true }, objects), [])
    assert.deepEqual(keywords({ uniqueItems: true }, [...objects, { id: { id: 7 } }]), [
      'uniqueItems',
    ])
  })

  test('may have many wrong items without many violations', () => {
    const schema = { items: { anyOf: [{ type: 'string' }, { required: ['a'] }] } }
    assert.equal(keywords(schema, Array(10_000).fill({})).length, 20)
  })
})

describe('hostile patterns', () => {
  const evil: readonly (readonly [string, string, boolean])[] = [
    ['^(a+)+$', `${'a'.repeat(50_000)}!`, false],
    ['^(a+)+$', 'a'.repeat(50_000), true],
    ['^(a|a)*$', `${'a'.repeat(50_000)}!`, false],
    ['(.*)*x', 'a'.repeat(5_000), false],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(5_000), false],
    [
      '^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+$',
      `${'a'.repeat(5000)}!`,
      false,
    ],
    ['a*a*a*a*a*b', 'a'.repeat(20_000), false],
    ['\\s*,\\s*$', ' '.repeat(50_000), false],
    ['^(\\w+\\s?)*$', `${'word '.repeat(10_000)}!`, false],
    ['^(\\w+\\s?)*$', 'word '.repeat(10_000), true],
    ['(x+x+)+y', 'x'.repeat(20_000), false],
    ['^(?:(?:a?){50}){4}a{50}$', 'a'.repeat(60), true],
  ]
  for (const [pattern, text, matches] of evil) {
    test(`${pattern} on ${text.length} characters`, () => {
      const validate = compileSchema({ pattern }, { maxMillis: 10_000 })
      assert.equal(validate(text).length === 0, matches)
    })
  }

  test('that nothing can bound are refused on long texts, not let through', () => {
    const schema = { pattern: '^(?=(a+)+$)(a|b\\1)+$' }
    assert.deepEqual(keywords(schema, 'a'.repeat(1000)), ['pattern'])
    assert.deepEqual(keywords({ not: schema }, 'a'.repeat(1000)), ['pattern'])
    const [violation] = compileSchema(schema)('a'.repeat(1000))
    assert.match(violation?.message ?? '', /too long for the pattern/)
  })

  test('with look-ahead, as for passwords, work on texts of a usual size', () => {
    const schema = { pattern: '^(?=.*[A-Z])(?=.*\\d)(?=.*[a-z]).{8,64}$' }
    assert.deepEqual(keywords(schema, 'Passw0rd'), [])
    assert.deepEqual(keywords(schema, 'password'), ['pattern'])
  })

  test('may not be long, or too large for the engine', () => {
    assert.throws(() => compileSchema({ pattern: 'a'.repeat(2001) }), /longer than 2000 characters/)
    const verdict = (): unknown => {
      const validate = compileSchema({ pattern: '((((a{99}){99}){99}){99}){99}b' })
      return validate('a'.repeat(100)).length
    }
    try {
      assert.equal(verdict(), 1)
    } catch (error) {
      assert.ok(error instanceof SchemaError)
    }
  })

  test('may not be many that are slow to read', () => {
    const slow = (index: number): string => `${'\\p{L}{99}'.repeat(200)}${index}`
    const schema = { anyOf: Array.from({ length: 500 }, (_, index) => ({ pattern: slow(index) })) }
    assert.throws(() => compileSchema(schema, { maxMillis: 50 }), /patterns take too long/)
  })

  test('as names of properties are bounded as well', () => {
    const schema = { patternProperties: { '^(a+)+$': false } }
    assert.deepEqual(keywords(schema, { [`${'a'.repeat(10_000)}!`]: 1 }), [])
    assert.deepEqual(keywords(schema, { ['a'.repeat(10_000)]: 1 }), ['false'])
  })
})
