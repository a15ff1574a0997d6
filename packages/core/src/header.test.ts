import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorCode, RpcError } from './error.ts'
import { requestHeaders, verifyHeaders, verifyVersionHeader } from './header.ts'

const meta = { protocolVersion: '2026-07-28' }

function reader(headers: Record<string, string>) {
  return (name: string) => headers[name]
}

function refused(run: () => void): void {
  assert.throws(
    run,
    (error) => error instanceof RpcError && error.code === ErrorCode.headerMismatch,
  )
}

test('each method is mirrored, and a name where the method has one', () => {
  assert.deepEqual(requestHeaders('tools/list', {}, meta), {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/list',
  })
  const named: [string, Record<string, unknown>, string][] = [
    ['tools/call', { name: 'add' }, 'add'],
    ['prompts/get', { name: ' x' }, '=?base64?IHg=?='],
    ['resources/read', { uri: 'file:///ä' }, '=?base64?ZmlsZTovLy/DpA==?='],
    ['tasks/get', { taskId: 't' }, 't'],
    ['tasks/update', { taskId: 't' }, 't'],
    ['tasks/cancel', { taskId: 't' }, 't'],
  ]
  for (const [method, params, name] of named) {
    const headers = requestHeaders(method, params, meta)
    assert.equal(headers['mcp-name'], name)
    verifyHeaders(reader(headers), method, params)
    verifyVersionHeader(reader(headers), '2026-07-28')
  }
})

test('[HTTP-66] blanks around a value are ignored', () => {
  const header = reader({ 'mcp-method': ' tools/call\t', 'mcp-name': '\t add ' })
  verifyHeaders(header, 'tools/call', { name: 'add' })
})

test('[HTTP-60, HTTP-61] a missing or different version, method or name is refused', () => {
  refused(() => verifyVersionHeader(reader({}), '2026-07-28'))
  refused(() => verifyVersionHeader(reader({ 'mcp-protocol-version': '2025-11-25' }), '2026-07-28'))
  refused(() => verifyHeaders(reader({}), 'tools/list', {}))
  refused(() => verifyHeaders(reader({ 'mcp-method': 'Tools/List' }), 'tools/list', {}))
  const call = { 'mcp-method': 'tools/call' }
  refused(() => verifyHeaders(reader(call), 'tools/call', { name: 'add' }))
  refused(() =>
    verifyHeaders(reader({ ...call, 'mcp-name': 'Add' }), 'tools/call', { name: 'add' }),
  )
  refused(() => verifyHeaders(reader({ ...call, 'mcp-name': 'add' }), 'tools/call', {}))
  refused(() => verifyHeaders(reader({ ...call, 'mcp-name': '' }), 'tools/call', { name: 'add' }))
})

test('[HTTP-56] a value is decoded before it is compared', () => {
  const header = reader({ 'mcp-method': 'tools/call', 'mcp-name': '=?base64?YWRk?=' })
  verifyHeaders(header, 'tools/call', { name: 'add' })
  refused(() => verifyHeaders(header, 'tools/call', { name: '=?base64?YWRk?=' }))
  const broken = reader({ 'mcp-method': 'tools/call', 'mcp-name': '=?base64?YWR?=' })
  refused(() => verifyHeaders(broken, 'tools/call', { name: '=?base64?YWR?=' }))
})

test('raw characters beyond ASCII are refused even where they equal the body', () => {
  refused(() =>
    verifyHeaders(reader({ 'mcp-method': 'tools/call', 'mcp-name': 'é' }), 'tools/call', {
      name: 'é',
    }),
  )
})

test('a name that neither side has is left to the method, a stray one elsewhere ignored', () => {
  verifyHeaders(reader({ 'mcp-method': 'tools/call' }), 'tools/call', {})
  verifyHeaders(reader({ 'mcp-method': 'tools/call' }), 'tools/call', { name: 7 })
  verifyHeaders(reader({ 'mcp-method': 'tools/list', 'mcp-name': 'x' }), 'tools/list', {})
})

test('half a surrogate pair compares as what an encoder makes of it', () => {
  const headers = requestHeaders('tools/call', { name: 'a\ud800' }, meta)
  verifyHeaders(reader(headers), 'tools/call', { name: 'a\ud800' })
})

test('a name that a prototype has is not taken for the params own', () => {
  const params = Object.create({ name: 'inherited' })
  assert.equal(requestHeaders('tools/call', params, meta)['mcp-name'], undefined)
})
