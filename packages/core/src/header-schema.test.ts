import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HeaderParamError, readHeaderParams } from './header-schema.ts'

const noted = { type: 'string', 'x-mcp-header': 'Region' }

function property(schema: Record<string, unknown>) {
  return { type: 'object', properties: { a: schema } }
}

function refused(schema: Record<string, unknown>, reason: RegExp): void {
  assert.throws(
    () => readHeaderParams(schema),
    (error) => error instanceof HeaderParamError && reason.test(error.message),
  )
}

test('[HTTP-42] annotations on properties are found at any depth', () => {
  assert.deepEqual(readHeaderParams(property({ type: 'object', properties: { b: noted } })), [
    { name: 'Region', header: 'mcp-param-region', path: ['a', 'b'] },
  ])
  assert.deepEqual(readHeaderParams({ type: 'object' }), [])
})

test('a header may be called Method', () => {
  const [param] = readHeaderParams(property({ type: 'string', 'x-mcp-header': 'Method' }))
  assert.equal(param?.header, 'mcp-param-method')
})

test('[HTTP-37, HTTP-38] a name must be a token', () => {
  for (const name of ['', 'a b', 'a:b', 'ä', 'a\n', 1, null, {}]) {
    refused(property({ type: 'string', 'x-mcp-header': name }), /header name/)
  }
})

test('[HTTP-40] only string, integer and boolean can be mirrored', () => {
  for (const type of ['number', 'object', 'array', 'null', ['string', 'null'], undefined]) {
    refused(property({ type, 'x-mcp-header': 'X' }), /"type"/)
  }
})

test('[HTTP-39] names are unique whatever their case', () => {
  refused(
    {
      properties: {
        a: noted,
        b: { properties: { c: { type: 'string', 'x-mcp-header': 'REGION' } } },
      },
    },
    /a and b\.c share|b\.c and a share/,
  )
})

test('[HTTP-42, HTTP-43] an annotation anywhere but on a chain of properties is refused', () => {
  const places: Record<string, unknown>[] = [
    noted,
    property({ type: 'array', items: noted }),
    property({ type: 'array', items: property(noted) }),
    property({ prefixItems: [noted] }),
    property({ contains: noted }),
    property({ oneOf: [noted] }),
    property({ anyOf: [property(noted)] }),
    { allOf: [property(noted)] },
    { not: property(noted) },
    { if: property(noted) },
    Object.fromEntries([['then', property(noted)]]),
    { else: property(noted) },
    { $defs: { Region: noted } },
    { definitions: { Region: noted } },
    { additionalProperties: noted },
    { patternProperties: { '^a': noted } },
    { dependentSchemas: { a: property(noted) } },
    { propertyNames: noted },
  ]
  for (const schema of places) refused(schema, /reached through "properties" alone/)
})

test('a property of that name, and the key inside data, are no annotations', () => {
  assert.deepEqual(
    readHeaderParams({
      properties: {
        'x-mcp-header': { type: 'string' },
        b: {
          type: 'object',
          default: { 'x-mcp-header': 'A' },
          const: { 'x-mcp-header': 'A' },
          enum: [{ 'x-mcp-header': 'A' }],
          examples: [{ 'x-mcp-header': 'A' }],
        },
      },
    }),
    [],
  )
})

test('a deep schema does not exhaust the stack, an endless one is refused', () => {
  let deep: Record<string, unknown> = noted
  for (let i = 0; i < 10_000; i++) deep = property(deep)
  assert.equal(readHeaderParams(deep)[0]?.path.length, 10_000)
  const endless: Record<string, unknown> = {}
  endless['properties'] = { again: endless }
  refused(endless, /subschemas/)
})
