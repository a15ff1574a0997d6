import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import fc from 'fast-check'
import * as v from 'valibot'
import { z } from 'zod'
import { type Field, optionsOf } from './form/field.ts'
import { checkAnswer, parseForm, pickAnswer, toForm, withDefaults } from './form.ts'

const full = z.object({
  name: z.string().min(2).max(40).describe('Your name').meta({ title: 'Name' }),
  email: z.email().optional(),
  site: z.url().optional(),
  day: z.iso.date().optional(),
  at: z.iso.datetime().optional(),
  age: z.number().int().positive().max(150).default(30),
  ratio: z.number().min(0).max(1).optional(),
  sure: z.boolean().default(false),
  size: z.enum(['s', 'm', 'l']).default('m'),
  colour: z.union([
    z.literal('#f00').meta({ title: 'Red' }),
    z.literal('#0f0').meta({ title: 'Green' }),
  ]),
  tags: z
    .array(z.enum(['a', 'b', 'c']))
    .min(1)
    .max(2),
})

test('a zod object becomes the flat form of the specification', () => {
  assert.deepEqual(toForm(full), {
    type: 'object',
    properties: {
      name: {
        type: 'string',
        minLength: 2,
        maxLength: 40,
        title: 'Name',
        description: 'Your name',
      },
      email: { type: 'string', format: 'email' },
      site: { type: 'string', format: 'uri' },
      day: { type: 'string', format: 'date' },
      at: { type: 'string', format: 'date-time' },
      age: { type: 'integer', minimum: 1, maximum: 150, default: 30 },
      ratio: { type: 'number', minimum: 0, maximum: 1 },
      sure: { type: 'boolean', default: false },
      size: { type: 'string', enum: ['s', 'm', 'l'], default: 'm' },
      colour: {
        type: 'string',
        oneOf: [
          { const: '#f00', title: 'Red' },
          { const: '#0f0', title: 'Green' },
        ],
      },
      tags: {
        type: 'array',
        minItems: 1,
        maxItems: 2,
        items: { type: 'string', enum: ['a', 'b', 'c'] },
      },
    },
    required: ['name', 'colour', 'tags'],
  })
})

test('what toForm makes, parseForm reads unchanged', () => {
  assert.deepEqual(parseForm(JSON.parse(JSON.stringify(toForm(full)))), toForm(full))
})

test('valibot and arktype say the same', () => {
  const properties = {
    size: { type: 'string', enum: ['m', 's'] },
    count: { type: 'integer', minimum: 1 },
    email: { type: 'string', format: 'email' },
  }
  const expected = { type: 'object', properties, required: ['count', 'size'] }
  const valibot = v.object({
    size: v.picklist(['m', 's']),
    count: v.pipe(v.number(), v.integer(), v.minValue(1)),
    email: v.optional(v.pipe(v.string(), v.email())),
  })
  const arktype = type({ size: "'m'|'s'", count: 'number.integer>=1', 'email?': 'string.email' })
  for (const schema of [toStandardJsonSchema(valibot), arktype]) {
    const form = toForm(schema)
    assert.deepEqual({ ...form, required: [...(form.required ?? [])].sort() }, expected)
  }
})

test('a schema that was given a name of its own is followed', () => {
  const size = z.enum(['s', 'm']).meta({ id: 'FormTestSize', title: 'Size' })
  const { properties } = toForm(z.object({ one: size, two: size.optional() }))
  assert.deepEqual(properties['two'], { type: 'string', enum: ['s', 'm'], title: 'Size' })
  assert.deepEqual(properties['one'], properties['two'])
})

const refused: readonly [string, unknown, RegExp][] = [
  ['an object inside', z.object({ who: z.object({ a: z.string() }) }), /"who".*flat/],
  ['null', z.object({ who: z.string().nullable() }), /"who".*no null: make the property optional/],
  ['a list of text', z.object({ who: z.array(z.string()) }), /"who".*list must be of choices/],
  ['a pattern', z.object({ who: z.string().regex(/^a/) }), /"who".*no "pattern"/],
  ['a format of its own', z.object({ who: z.uuid() }), /"who".*format uuid/],
  [
    'an open bound',
    z.object({ who: z.number().positive() }),
    /"who".*exclusiveMinimum.*use minimum/,
  ],
  ['numbers to choose from', z.object({ who: z.literal([1, 2]) }), /"who"/],
  ['a date object', z.object({ who: z.date() }), /Date|date/],
  ['no object', z.string(), /type "object"/],
  ['a union', z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]), /type "object"/],
  ['composition', { type: 'object', properties: {}, allOf: [{ required: ['a'] }] }, /no "allOf"/],
  [
    'a default that does not fit',
    { type: 'object', properties: { a: { type: 'integer', default: 1.5 } } },
    /"a".*default.*whole number/,
  ],
  [
    'a required name that is not there',
    { type: 'object', properties: {}, required: ['a'] },
    /requires "a"/,
  ],
]

for (const [what, schema, message] of refused) {
  test(`[FEAT-23] no form can ask for ${what}`, () => {
    assert.throws(() => toForm(schema as z.ZodType), { name: 'TypeError', message })
  })
}

test('a form from a peer loses what forms do not know and keeps the rest', () => {
  const form = parseForm({
    type: 'object',
    title: 'x',
    allOf: [],
    properties: {
      a: { type: 'string', pattern: '(a+)+$', format: 'uuid', default: 7 },
      b: { type: 'string', enum: ['1', '2'], enumNames: ['One'] },
    },
  })
  assert.deepEqual(form.properties['a'], { type: 'string' })
  assert.deepEqual(form.properties['b'], {
    type: 'string',
    enum: ['1', '2'],
    enumNames: ['One', '2'],
  })
  assert.deepEqual(checkAnswer(form, {}), [])
})

test('a property named __proto__ is one like any other', () => {
  const form = parseForm(
    JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"boolean"}},"required":["__proto__"]}',
    ),
  )
  assert.deepEqual(Object.keys(form.properties), ['__proto__'])
  assert.deepEqual(checkAnswer(form, {}), [{ path: '/__proto__', message: 'is required' }])
  const content = JSON.parse('{"__proto__":true,"constructor":1}')
  assert.deepEqual(checkAnswer(form, content), [])
  assert.deepEqual(Object.keys(pickAnswer(form, content)), ['__proto__'])
})

test('a form from a peer that is none is an RpcError which says why', () => {
  const bad: readonly [unknown, RegExp][] = [
    [undefined, /type "object"/],
    [{ type: 'object' }, /properties/],
    [{ type: 'object', properties: { a: null } }, /"a": expected a schema/],
    [{ type: 'object', properties: { a: { type: 'object' } } }, /"a".*flat/],
    [{ type: 'object', properties: {}, required: 'a' }, /"required"/],
    [
      {
        type: 'object',
        properties: Object.fromEntries(
          Array.from({ length: 201 }, (_, n) => [n, { type: 'boolean' }]),
        ),
      },
      /200 things/,
    ],
  ]
  for (const [form, message] of bad) {
    assert.throws(() => parseForm(form), { name: 'RpcError', code: -32602, message })
  }
})

test('reading a form from a peer never fails in another way', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (field, content) => {
      try {
        const form = parseForm({ type: 'object', properties: { a: field } })
        checkAnswer(form, content)
        checkAnswer(form, { a: content })
      } catch (error) {
        assert.equal((error as Error).name, 'RpcError')
      }
    }),
  )
})

const checks: readonly [Field, readonly unknown[], readonly unknown[]][] = [
  [{ type: 'boolean' }, [true, false], ['true', 0, null]],
  [{ type: 'number', minimum: 0.5, maximum: 2 }, [0.5, 1.25, 2], [0.4, 2.1, '1', Number.NaN]],
  [{ type: 'integer' }, [0, -3], [0.5, '0']],
  [{ type: 'string', minLength: 1, maxLength: 2 }, ['a', 'ab', '😀😀'], ['', 'abc', 7]],
  [
    { type: 'string', format: 'email' },
    ['a@b.example', 'a@localhost'],
    ['a', '@b', 'a@', 'a b@c.d', 'a@b..c'],
  ],
  [
    { type: 'string', format: 'uri' },
    ['https://a.example/x', 'urn:a:b'],
    ['a', '/x', 'http://a b'],
  ],
  [
    { type: 'string', format: 'date' },
    ['2026-07-28', '2024-02-29'],
    ['2026-02-29', '2026-7-28', ''],
  ],
  [
    { type: 'string', format: 'date-time' },
    ['2026-07-28T10:00:00Z', '2026-07-28T10:00:00.5+02:00'],
    ['2026-07-28', '2026-07-28T10:00:00', '2026-07-28T25:00:00Z'],
  ],
  [{ type: 'string', enum: ['a', 'b'] }, ['a'], ['c', '', 1]],
  [{ type: 'string', oneOf: [{ const: 'a', title: 'A' }] }, ['a'], ['A']],
  [
    { type: 'array', minItems: 1, maxItems: 2, items: { type: 'string', enum: ['a', 'b', 'c'] } },
    [['a'], ['c', 'a']],
    [[], ['a', 'b', 'c'], ['a', 'a'], ['d'], 'a', [1]],
  ],
]

test('[FEAT-26] answers are checked by what was asked', () => {
  for (const [field, good, bad] of checks) {
    const form = { type: 'object', properties: { it: field } } as const
    for (const it of good) assert.deepEqual(checkAnswer(form, { it }), [], JSON.stringify(it))
    for (const it of bad) {
      const [issue] = checkAnswer(form, { it })
      assert.equal(issue?.path, '/it', JSON.stringify({ field, it }))
      assert.match(issue.message, /^expected /)
    }
  }
  assert.equal(checkAnswer(toForm(full), null)[0]?.path, '')
  assert.deepEqual(
    checkAnswer(toForm(full), {}).map((issue) => issue.path),
    ['/name', '/colour', '/tags'],
  )
})

test('[FEAT-26] defaults fill what is absent, and only that', () => {
  const form = toForm(full)
  const filled = withDefaults(form, { size: 'l', name: 'Ann' })
  assert.deepEqual(filled, { age: 30, sure: false, size: 'l', name: 'Ann' })
  assert.deepEqual(withDefaults(form), { age: 30, sure: false, size: 'm' })
})

test('the options of a field have titles, whichever way they were told', () => {
  const { size, colour, tags, name } = toForm(full).properties
  assert.ok(size && colour && tags && name)
  assert.deepEqual(optionsOf(size)?.[0], { const: 's', title: 's' })
  assert.deepEqual(optionsOf(colour)?.[0], { const: '#f00', title: 'Red' })
  assert.equal(optionsOf(tags)?.length, 3)
  assert.equal(optionsOf(name), undefined)
})

// Quadratic time would take minutes.
test('checking text is linear in its length', { timeout: 30_000 }, () => {
  const long = 'a'.repeat(500_000)
  const texts = [
    long,
    `${long}@`,
    `${long}@${'a.'.repeat(100_000)}`,
    `http:${long} `,
    '1'.repeat(500_000),
  ]
  for (const format of ['email', 'uri', 'date', 'date-time'] as const) {
    const form = { type: 'object', properties: { it: { type: 'string', format } } } as const
    for (const it of texts) assert.ok(Array.isArray(checkAnswer(form, { it })))
  }
})
