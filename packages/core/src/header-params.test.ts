import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorCode, RpcError } from './error.ts'
import { type HeaderParam, paramHeaders, verifyParamHeaders } from './header-params.ts'
import { readHeaderParams } from './header-schema.ts'

const params = readHeaderParams({
  type: 'object',
  properties: {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    count: { type: 'integer', 'x-mcp-header': 'Count' },
    where: {
      type: 'object',
      properties: { dry: { type: 'boolean', 'x-mcp-header': 'Dry-Run' } },
    },
  },
})

function verify(headers: Record<string, string>, args: Record<string, unknown>): void {
  verifyParamHeaders((name) => headers[name], params, args)
}

function refused(headers: Record<string, string>, args: Record<string, unknown>): void {
  assert.throws(
    () => verify(headers, args),
    (error) => error instanceof RpcError && error.code === ErrorCode.headerMismatch,
  )
}

test('[HTTP-41, HTTP-47, HTTP-52] arguments go into headers by their type', () => {
  const args = { region: 'Zürich', count: 42, where: { dry: false } }
  const headers = paramHeaders(params, args)
  assert.deepEqual(headers, {
    'mcp-param-region': '=?base64?WsO8cmljaA==?=',
    'mcp-param-count': '42',
    'mcp-param-dry-run': 'false',
  })
  verify(headers, args)
})

test('[HTTP-46, HTTP-64] an absent or null argument has no header, an empty one an empty header', () => {
  assert.deepEqual(paramHeaders(params, { region: null, where: {} }), {})
  assert.deepEqual(paramHeaders(params, { region: '' }), { 'mcp-param-region': '' })
  verify({ 'mcp-param-region': 'stray' }, { region: null })
  verify({ 'mcp-param-region': '' }, { region: '' })
  verify({ 'mcp-param-region': '=?base64??=' }, { region: '' })
})

test('[HTTP-62, HTTP-63] a missing, different or malformed header is refused', () => {
  refused({}, { region: 'eu' })
  refused({ 'mcp-param-region': 'us' }, { region: 'eu' })
  refused({ 'mcp-param-region': '=?base64?ZXU?=' }, { region: 'eu' })
  refused({ 'mcp-param-region': 'é' }, { region: 'é' })
  refused({ 'mcp-param-dry-run': 'False' }, { where: { dry: false } })
})

test('[HTTP-65] numbers are compared as numbers', () => {
  for (const sent of ['42', '42.0', ' 42 ', '4.2e1', '=?base64?NDI=?=']) {
    verify({ 'mcp-param-count': sent }, { count: 42 })
  }
  for (const sent of ['43', '0x2a', '', 'NaN', '42n']) {
    refused({ 'mcp-param-count': sent }, { count: 42 })
  }
  refused({ 'mcp-param-count': '9007199254740992' }, { count: 9007199254740992 })
})

test('an argument of a wrong type is left to the argument check', () => {
  verify({}, { region: { a: 1 }, where: 'x' })
})

test('only own properties are looked at', () => {
  const odd: HeaderParam[] = [{ name: 'X', header: 'mcp-param-x', path: ['__proto__', 'toString'] }]
  assert.deepEqual(paramHeaders(odd, {}), {})
})
