import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type JsonSchema, SchemaError } from './json-schema.ts'
import { type CompileOptions, compileSchema } from './validate.ts'

/** Violations as `path keyword: message`. */
function violations(schema: JsonSchema, value: unknown, options?: CompileOptions): string[] {
  return compileSchema(
    schema,
    options,
  )(value).map(({ path, keyword, message }) => `${path} ${keyword}: ${message}`)
}

describe('a valid value', () => {
  test('gives the same frozen nothing each time', () => {
    const validate = compileSchema({ type: 'object' })
    assert.equal(validate({}), validate({ a: 1 }))
    assert.ok(Object.isFrozen(validate({})))
    assert.deepEqual(validate({}), [])
  })
})

describe('violations', () => {
  test('say where, what was expected and what was given', () => {
    const schema = {
      type: 'object',
      properties: { count: { type: 'integer', minimum: 1 }, tags: { items: { maxLength: 3 } } },
    }
    assert.deepEqual(violations(schema, { count: '5', tags: ['a', 'long tag'] }), [
      '/count type: expected an integer, got "5"',
      '/tags/1 maxLength: expected at most 3 characters, got "long tag"',
    ])
    assert.deepEqual(violations(schema, [1]), [' type: expected an object, got an array of 1 item'])
  })

  test('name missing and unknown properties', () => {
    const schema = {
      properties: { 'a/b~c': { type: 'null' } },
      required: ['a/b~c', 'other'],
      additionalProperties: false,
    }
    assert.deepEqual(violations(schema, { 'a/b~c': 1, nope: 2 }), [
      '/a~1b~0c type: expected null, got 1',
      ' required: the property "other" is missing',
      '/nope additionalProperties: the property "nope" is not allowed; allowed: "a/b~c"',
    ])
  })

  test('name the values of an enum, shortened', () => {
    const values = Array.from({ length: 12 }, (_, index) => index)
    assert.deepEqual(violations({ enum: values }, 'x'.repeat(100)), [
      ` enum: expected one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more, got "${'x'.repeat(57)}..."`,
    ])
    assert.deepEqual(violations({ const: { a: [1] } }, 0), [' const: expected {"a":[1]}, got 0'])
  })

  test('of alternatives explain the nearest one', () => {
    const shape = (kind: string) => ({
      properties: { kind: { const: kind }, size: { type: 'object', required: ['w'] } },
      required: ['kind'],
    })
    const schema = { oneOf: [shape('circle'), shape('square')] }
    assert.deepEqual(violations(schema, { kind: 'square', size: {} }), [
      ' oneOf: matches none of the 2 alternatives; the nearest fails at "/size": the property "w" is missing',
    ])
    assert.deepEqual(violations({ oneOf: [true, { type: 'null' }, true] }, 1), [
      ' oneOf: expected exactly one of 3 alternatives to match, but 1, 3 do',
    ])
  })

  test('are limited in number', () => {
    const validate = compileSchema({ items: { type: 'string' } }, { maxErrors: 3 })
    assert.equal(validate(Array.from({ length: 100 }, () => 1)).length, 3)
    assert.equal(compileSchema({ items: { type: 'string' } })(Array(100).fill(1)).length, 20)
    const nested = compileSchema(
      { allOf: [{ type: 'string' }, { anyOf: [{ items: { type: 'string' } }] }] },
      { maxErrors: 2 },
    )
    assert.equal(nested(Array(10).fill(1)).length, 2)
  })

  test('of a former value do not leak into the next', () => {
    const validate = compileSchema({ properties: { a: { items: { type: 'number' } } } })
    assert.equal(validate({ a: ['x'] })[0]?.path, '/a/0')
    assert.deepEqual(validate({ a: [1] }), [])
    assert.equal(validate({ a: [1, 'x'] })[0]?.path, '/a/1')
  })
})

describe('values', () => {
  test('that are undefined count as absent, as they will be on the wire', () => {
    const schema = {
      properties: { a: { type: 'string' } },
      required: ['b'],
      additionalProperties: false,
    }
    assert.deepEqual(violations(schema, { a: undefined, b: undefined, c: undefined }), [
      ' required: the property "b" is missing',
    ])
  })

  test('that are no JSON match no type', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1n, Symbol(), () => {}, undefined]) {
      const types = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object']
      assert.notDeepEqual(violations({ type: types }, value), [])
    }
  })

  test('may have any name for a property', () => {
    const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'length']
    for (const name of names) {
      const own = JSON.parse(`{${JSON.stringify(name)}: 1}`)
      assert.deepEqual(violations({ required: [name] }, {}), [
        ` required: the property "${name}" is missing`,
      ])
      assert.deepEqual(violations({ required: [name] }, own), [])
      const typed = JSON.parse(`{"properties": {${JSON.stringify(name)}: {"type": "string"}}}`)
      assert.equal(violations(typed, {}).length, 0)
      assert.equal(violations(typed, own).length, 1)
      assert.equal(violations({ ...typed, additionalProperties: false }, { x: 1 }).length, 1)
      assert.equal(violations({ additionalProperties: false }, own).length, 1)
      assert.equal(
        violations({ dependentRequired: JSON.parse(`{"${name}": ["x"]}`) }, own).length,
        1,
      )
      assert.equal(
        violations({ dependentRequired: JSON.parse(`{"${name}": ["x"]}`) }, {}).length,
        0,
      )
    }
    assert.deepEqual(violations({ type: 'object', required: ['a'] }, Object.create({ a: 1 })), [
      ' required: the property "a" is missing',
    ])
  })

  test('with getters may call the validator again', () => {
    const validate = compileSchema({ properties: { a: { items: { type: 'string' } } } })
    const value = {
      get a() {
        assert.equal(validate({ a: [1] }).length, 1)
        return ['x', 2]
      },
    }
    assert.deepEqual(
      validate(value).map(({ path }) => path),
      ['/a/1'],
    )
  })

  test('are equal by value, whatever the order of members', () => {
    assert.deepEqual(violations({ const: { a: 1, b: [0] } }, { b: [-0], a: 1 }), [])
    assert.equal(violations({ enum: [['1'], '[1]'] }, [1]).length, 1)
    assert.equal(violations({ uniqueItems: true }, [{ a: 1, b: 2 }, 3, { b: 2, a: 1 }]).length, 1)
    assert.deepEqual(
      violations({ uniqueItems: true }, [1, true, '1', [1], ['1'], null, 0, false]),
      [],
    )
  })

  test('are multiples in decimal', () => {
    assert.deepEqual(violations({ multipleOf: 0.01 }, 19.99), [])
    assert.deepEqual(violations({ multipleOf: 1e-8 }, 12391239123), [])
    assert.equal(violations({ multipleOf: 0.1 }, 0.35).length, 1)
    assert.equal(violations({ multipleOf: 0.123456789 }, 1e308).length, 1)
    assert.deepEqual(violations({ multipleOf: 5e-324 }, 1e308), [])
    assert.deepEqual(violations({ multipleOf: 3 }, -9), [])
  })
})

describe('formats', () => {
  const cases: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
    email: [
      ['a@b.c', 'a.b+c@example.com', '"odd one"@x.org'],
      ['a', 'a@', '@b', 'a..b@c.d', 'a@b..c'],
    ],
    uri: [
      ['https://example.com/a?b#c', 'urn:isbn:1', 'mailto:a@b.c', 'http://[::1]:80/'],
      ['/a', 'example.com', 'http://a b', 'http://x:port/', 'https://é.com'],
    ],
    date: [['2024-02-29'], ['2023-02-29', '2023-13-01', '2023-1-1', '2023-04-31', 'today']],
    'date-time': [
      ['2026-07-28T09:30:00Z', '2026-07-28t09:30:00.5+02:00', '1998-12-31T23:59:60Z'],
      ['2026-07-28', '2026-07-28 09:30:00Z', '2026-07-28T24:00:00Z', '2026-07-28T09:30:00'],
    ],
  }
  for (const [format, [good, bad]] of Object.entries(cases)) {
    test(`${format} is asserted when asked for`, () => {
      for (const text of good) assert.deepEqual(violations({ format }, text, { formats: true }), [])
      for (const text of bad) {
        const [violation] = violations({ format }, text, { formats: true })
        assert.match(violation ?? `${text} is let through`, /^ format: expected an? /)
        assert.deepEqual(violations({ format }, text), [])
      }
    })
  }

  test('that are unknown tell, and assert nothing', () => {
    assert.deepEqual(violations({ format: 'colour' }, 'x', { formats: true }), [])
  })
})

describe('a schema', () => {
  test('[SCH-01, SCH-02] is in 2020-12 unless it says otherwise', () => {
    const tuple = [{ type: 'string' }]
    assert.equal(violations({ prefixItems: tuple, items: false }, ['a', 1]).length, 1)
    for (const $schema of [
      'http://json-schema.org/draft-07/schema#',
      'http://json-schema.org/draft-07/schema',
      'https://json-schema.org/draft/2019-09/schema',
    ]) {
      const schema = { $schema, items: tuple, additionalItems: false, prefixItems: [false] }
      assert.deepEqual(violations(schema, ['a']), [])
      assert.equal(violations(schema, ['a', 1]).length, 1)
    }
  })

  test('of draft-07 keeps its definitions beside $ref, and nothing else', () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $ref: '#/definitions/a',
      type: 'string',
      definitions: { a: { type: 'object', dependencies: { x: ['y'], z: { maxProperties: 1 } } } },
    }
    assert.deepEqual(violations(schema, {}), [])
    assert.equal(violations(schema, { x: 1 }).length, 1)
    assert.equal(violations(schema, { z: 1, q: 1 }).length, 1)
  })

  test('[SCH-03] in another dialect is refused, with those that are known', () => {
    for (const $schema of [
      'http://json-schema.org/draft-04/schema#',
      'urn:mine',
      'https://x.y/z',
    ]) {
      assert.throws(() => compileSchema({ $schema }), /Unsupported.*2020-12.*2019-09.*draft-07/s)
    }
  })

  test('[SCH-04] is refused with a pointer to what is wrong', () => {
    const cases: readonly (readonly [JsonSchema, RegExp])[] = [
      [{ type: 'text' }, /^#\/type: expected one or more of "null",.* got "text"$/],
      [
        { properties: { a: { minimum: '1' } } },
        /^#\/properties\/a\/minimum: expected a number, got/,
      ],
      [{ items: [{}] }, /^#\/items: expected a schema.*prefixItems/],
      [{ required: 'a' }, /^#\/required: expected an array of strings/],
      [{ required: true }, /^#\/required: expected an array of strings/],
      [{ $defs: { 'a/b': { not: 1 } } }, /^#\/\$defs\/a~1b\/not: expected a schema/],
      [{ properties: { a: { pattern: '(' } } }, /^#\/properties\/a\/pattern: not a usable regular/],
      [{ patternProperties: { '[': {} } }, /^#\/patternProperties\/\[: not a usable regular/],
      [{ exclusiveMinimum: true }, /^#\/exclusiveMinimum: expected a number, got true$/],
      [{ multipleOf: 0 }, /^#\/multipleOf: expected a number above 0, got 0$/],
      [{ maxLength: -1 }, /^#\/maxLength: expected an integer from 0 up, got -1$/],
      [{ allOf: [] }, /^#\/allOf: expected an array of schemas, not empty/],
      [{ enum: 'a' }, /^#\/enum: expected an array/],
      [{ $ref: 1 }, /^#\/\$ref: expected a URI reference, got 1$/],
      [{ $id: 5 }, /^#\/\$id: expected a string, got 5$/],
      [{ $schema: 5 }, /^#\/\$schema: expected a string, got 5$/],
      [{ $id: '#a' }, /^#\/\$id: expected a URI with no fragment/],
      [{ $anchor: '#a' }, /^#\/\$anchor: expected a plain name/],
      [{ $defs: { a: { $anchor: 'x' }, b: { $anchor: 'x', type: 'null' } } }, /anchor "x" is used/],
      [
        { $defs: { a: { $id: 'x:y' }, b: { $id: 'x:y', type: 'null' } } },
        /^#\/\$defs\/b\/\$id: "x:y" names two different schemas$/,
      ],
    ]
    for (const [schema, message] of cases) {
      const thrown = (error: unknown) => error instanceof SchemaError && message.test(error.message)
      assert.throws(() => compileSchema(schema), thrown, JSON.stringify(schema))
    }
    for (const schema of [null, 1, 'x', []]) {
      assert.throws(() => compileSchema(JSON.parse(JSON.stringify(schema))), SchemaError)
    }
  })

  test('[SCH-05, SCH-06, SCH-07] is refused when a reference leads nowhere, and nothing is fetched', (context) => {
    const fetched = context.mock.method(globalThis, 'fetch')
    for (const $ref of [
      'https://example.com/schema.json',
      'http://127.0.0.1:1/x#/y',
      'file:///etc/passwd',
      'other.json',
      '#/$defs/missing',
      '#missing',
      '#/properties/toString',
      '#/%',
      'http://[',
    ]) {
      const schema = { properties: { a: { $ref } }, $defs: {} }
      assert.throws(() => compileSchema(schema), SchemaError, $ref)
      assert.throws(() => compileSchema({ properties: { a: { $dynamicRef: $ref } } }), SchemaError)
      assert.throws(() => compileSchema({ $defs: { unused: { $ref } } }), SchemaError)
    }
    assert.equal(fetched.mock.callCount(), 0)
  })

  test('may refer to schemas that are supplied with it', () => {
    const documents = new Map<string, JsonSchema>([
      ['https://example.com/a', { properties: { b: { $ref: 'b' } } }],
      ['https://example.com/b', { type: 'string' }],
    ])
    const schema = { $ref: 'https://example.com/a' }
    assert.deepEqual(violations(schema, { b: 1 }, { documents }), [
      '/b type: expected a string, got 1',
    ])
  })

  test('may be recursive, but not without end', () => {
    const list = { properties: { next: { $ref: '#' }, value: { type: 'number' } } }
    assert.deepEqual(violations(list, { next: { next: { value: 'x' } } }), [
      '/next/next/value type: expected a number, got "x"',
    ])
    for (const schema of [
      { $ref: '#' },
      { allOf: [{ $ref: '#' }] },
      {
        $ref: '#/$defs/a',
        $defs: { a: { anyOf: [true, { $ref: '#/$defs/b' }] }, b: { not: { $ref: '#' } } },
      },
    ]) {
      assert.throws(() => compileSchema(schema), /refers to itself without end/)
    }
  })

  test('allows escapes in patterns that the u flag alone would not', () => {
    assert.deepEqual(violations({ pattern: '^[\\w\\-\\_]+\\@x\\-y$' }, 'a-b_c@x-y'), [])
    assert.equal(violations({ pattern: '^\\p{Lu}$' }, 'a').length, 1)
    assert.deepEqual(violations({ pattern: '^.$' }, '🦦'), [])
  })
})
