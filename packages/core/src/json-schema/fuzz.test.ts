/** Random schemas and values: no crash, no hang, and the verdicts of another validator. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@cfworker/json-schema'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { type JsonSchema, SchemaError } from '../json-schema.ts'
import { compileSchema } from '../validate.ts'
import { compileLinear } from './pattern-linear.ts'
import { parsePattern } from './pattern-parse.ts'

const name = fc.constantFrom('a', 'b', 'c', 'aa')
const scalar = fc.oneof(
  fc.constantFrom(null, true, false, '', 'a', 'ab', '🦦', 'abc', 0, 1, -1, 2, 1.5, 10),
  fc.integer({ min: -5, max: 5 }),
)
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(name, tie('any'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).any

const small = fc.integer({ min: 0, max: 3 })
const schema = fc.letrec<{ any: JsonSchema; object: JsonSchema; list: JsonSchema[] }>((tie) => {
  const members = fc.dictionary(name, tie('any'), { maxKeys: 3 })
  const types = fc.constantFrom('null', 'boolean', 'integer', 'number', 'string', 'array', 'object')
  const keywords = {
    type: fc.oneof(types, fc.uniqueArray(types, { minLength: 1, maxLength: 3 })),
    enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }),
    const: value,
    multipleOf: fc.constantFrom(1, 2, 0.5),
    minimum: fc.integer({ min: -2, max: 2 }),
    exclusiveMaximum: fc.integer({ min: -2, max: 5 }),
    minLength: small,
    maxLength: small,
    pattern: fc.constantFrom('^a', 'b$', '^(a|b)*$', '.'),
    minItems: small,
    maxItems: small,
    uniqueItems: fc.boolean(),
    prefixItems: tie('list'),
    items: tie('any'),
    contains: tie('any'),
    minContains: small,
    maxContains: small,
    unevaluatedItems: tie('any'),
    minProperties: small,
    maxProperties: small,
    required: fc.uniqueArray(name, { maxLength: 2 }),
    properties: members,
    patternProperties: fc.dictionary(fc.constantFrom('^a', 'b', '^$'), tie('any')),
    additionalProperties: tie('any'),
    propertyNames: tie('any'),
    unevaluatedProperties: tie('any'),
    dependentRequired: fc.dictionary(name, fc.uniqueArray(name, { maxLength: 2 }), {
      maxKeys: 2,
    }),
    dependentSchemas: members,
    allOf: tie('list'),
    anyOf: tie('list'),
    oneOf: tie('list'),
    not: tie('any'),
    if: tie('any'),
    // biome-ignore lint/suspicious/noThenProperty: it is a keyword
    then: tie('any'),
    else: tie('any'),
    $ref: fc.constantFrom('#/$defs/one', '#/$defs/two'),
  }
  const pairs = Object.entries(keywords).map(([keyword, one]) =>
    fc.tuple(fc.constant(keyword), one),
  )
  return {
    any: fc.oneof({ maxDepth: 3, depthSize: 'small' }, fc.boolean(), tie('object')),
    list: fc.array(tie('any'), { minLength: 1, maxLength: 3 }),
    object: fc.array(fc.oneof(...pairs), { maxLength: 4 }).map(Object.fromEntries<unknown>),
  }
})

const rooted = fc.tuple(schema.object, schema.any, schema.any).map(([root, one, two]) => {
  return { ...Object(root), $defs: { one, two } } as JsonSchema
})

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 150)

// Each of the other two is wrong about some random schemas, but hardly both about the same.
test('gives the verdict of ajv or of @cfworker/json-schema on random schemas and values', () => {
  let checked = 0
  fc.assert(
    fc.property(rooted, fc.array(value, { minLength: 5, maxLength: 10 }), (random, values) => {
      const ours = compiled(random)
      if (!ours) return
      const others = [byAjv(random), byCfworker(random)]
      for (const one of values) {
        const found = ours(one)
        const verdict = found.length === 0
        const told = others.map((validate) => validate(one))
        const agreed = told.includes(verdict) || (isEndless(found) && told.includes(undefined))
        assert.ok(agreed, `only we say ${verdict} of ${JSON.stringify(one)}`)
        checked++
      }
    }),
    { numRuns },
  )
  assert.ok(checked > numRuns)
})

/** Whether references had no end for this one value: others overflow their stack there. The values themselves are not deep. */
function isEndless(found: readonly { readonly keyword: string }[]): boolean {
  return found.some(({ keyword }) => keyword === 'maxDataDepth')
}

/** Undefined for the random schemas that have no end. */
function compiled(random: JsonSchema) {
  try {
    return compileSchema(random)
  } catch (error) {
    assert.ok(error instanceof SchemaError && /without end/.test(error.message), String(error))
    return undefined
  }
}

type Verdict = (value: unknown) => boolean | undefined

function byAjv(random: JsonSchema): Verdict {
  const ajv = new Ajv2020({ strict: false, meta: false, validateSchema: false, logger: false })
  const validate = ajv.compile(JSON.parse(JSON.stringify(random)))
  return orUndefined((one) => validate(one) === true)
}

function byCfworker(random: JsonSchema): Verdict {
  const validator = new Validator(JSON.parse(JSON.stringify(random)), '2020-12')
  return orUndefined((one) => validator.validate(one).valid)
}

const orUndefined =
  (verdict: Verdict): Verdict =>
  (one) => {
    try {
      return verdict(one)
    } catch {
      return undefined
    }
  }

test('only ever throws a SchemaError, whatever it is given', () => {
  const keyword = fc.constantFrom(
    ...'$schema $id $ref $anchor $dynamicRef $dynamicAnchor $defs type enum const pattern items'.split(
      ' ',
    ),
    ...'properties patternProperties required allOf not if contains unevaluatedItems'.split(' '),
    ...'unevaluatedProperties dependentRequired propertyNames uniqueItems minLength __proto__'.split(
      ' ',
    ),
  )
  const anything = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue(),
      fc.constantFrom('#', '#a', 'a', '#/$defs/a', 'string', 'x:y', '(?<a>.)\\k<a>', '\\'),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(keyword, keyword, fc.string()), tie('any'), { maxKeys: 5 }),
    ),
  })).any
  fc.assert(
    fc.property(anything, fc.jsonValue(), (random, one) => {
      try {
        compileSchema(random as JsonSchema, { formats: true, maxMillis: 100 })(one)
      } catch (error) {
        assert.ok(error instanceof SchemaError, String(error))
      }
    }),
    { numRuns: numRuns * 10 },
  )
})

test('matches patterns as the engine does, in linear time', () => {
  // No `\B`: with it the engine looks between the halves of a character, which it should not.
  const atom = fc.constantFrom('a', 'b', '.', '\\d', '[ab]', '[^a]', '^', '$', '\\b', '\\u{1F9A6}')
  const pattern = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      atom,
      fc.array(tie('any'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
      fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(?:${a}|${b})`),
      fc
        .tuple(tie('any'), fc.constantFrom('*', '+', '?', '{2}', '{0,2}', '{1,}', '*?', '+?'))
        .map(([body, quantifier]) => `(${body})${quantifier}`),
    ),
  })).any
  const text = fc.array(fc.constantFrom('a', 'b', '1', ' ', '\n', '🦦'), { maxLength: 8 })
  fc.assert(
    fc.property(pattern, text, (source, characters) => {
      const linear = compileLinear(parsePattern(new RegExp(source, 'u').source))
      if (!linear) return
      const subject = characters.join('')
      assert.equal(
        linear(subject, () => {}),
        new RegExp(source, 'u').test(subject),
      )
    }),
    { numRuns: numRuns * 20 },
  )
})
