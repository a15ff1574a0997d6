/** The headers that mirror a request's body. See /specification/2026-07-28/basic/transports/streamable-http#headers */
import type { Params } from './call.ts'
import { ErrorCode, RpcError } from './error.ts'
import { decodeHeaderValue, encodeHeaderValue } from './header-value.ts'
import type { Meta } from './meta.ts'
import { factsOf } from './method.ts'

/** Reads a header by its lowercase name. */
export type ReadHeader = (name: string) => string | undefined

/** The headers that go with a request, for whoever routes without reading its body. Names are lowercase. */
export function requestHeaders(
  method: string,
  params: Params,
  meta: Pick<Meta, 'protocolVersion'>,
): Record<string, string> {
  const headers: Record<string, string> = {
    'mcp-protocol-version': meta.protocolVersion,
    'mcp-method': method,
  }
  const name = nameOf(method, params)
  if (name !== undefined) headers['mcp-name'] = encodeHeaderValue(name)
  return headers
}

/** Throws `RpcError` -32020 unless `MCP-Protocol-Version` says what the body claims. */
export function verifyVersionHeader(header: ReadHeader, version: string): void {
  verifyPlain('MCP-Protocol-Version', header('mcp-protocol-version'), version)
}

/** Throws `RpcError` -32020 unless `Mcp-Method` and `Mcp-Name` say what the body says. */
export function verifyHeaders(header: ReadHeader, method: string, params: Params): void {
  verifyPlain('Mcp-Method', header('mcp-method'), method)
  if (factsOf(method).name === undefined) return
  const expected = nameOf(method, params)
  const sent = header('mcp-name')
  // Where neither side names anything, the method itself says what it misses.
  if (sent === undefined) {
    if (expected === undefined) return
    throw headerMismatch('Mcp-Name', 'the header is missing')
  }
  verifyHeaderValue('Mcp-Name', sent, expected)
}

/** Throws `RpcError` -32020 unless a header value, once decoded, is the text that the body has. */
export function verifyHeaderValue(name: string, sent: string, expected: string | undefined): void {
  if (sent === expected && plainAscii.test(sent)) return
  const decoded = decodeHeaderValue(trimSpace(sent))
  if (decoded === undefined) {
    throw headerMismatch(name, 'its value has malformed Base64 or a character that is not allowed')
  }
  if (expected === undefined) throw headerMismatch(name, 'the body has no such value')
  // Half a surrogate pair cannot be sent as UTF-8; the sender's encoder put U+FFFD in its place.
  if (decoded === expected || decoded === expected.toWellFormed()) return
  throw headerMismatch(name, 'the header does not say what the body says')
}

/** The error about a header that is missing, malformed, or not what the body says. */
export function headerMismatch(name: string, what: string): RpcError {
  return new RpcError(`Header mismatch: ${name}: ${what}`, { code: ErrorCode.headerMismatch })
}

// The common case by far; anything that starts like an encoded value takes the long way.
const plainAscii = /^(?!=\?)[\x21-\x7e]*$/

function verifyPlain(name: string, sent: string | undefined, expected: string): void {
  if (sent === expected) return
  if (sent === undefined) throw headerMismatch(name, 'the header is missing')
  if (trimSpace(sent) !== expected) {
    throw headerMismatch(name, 'the header does not say what the body says')
  }
}

function nameOf(method: string, params: Params): string | undefined {
  const key = factsOf(method).name
  if (key === undefined) return undefined
  const name = Object.hasOwn(params, key) ? params[key] : undefined
  return typeof name === 'string' ? name : undefined
}

/** Without the optional whitespace around a value that RFC 9110 has receivers ignore. */
function trimSpace(value: string): string {
  let start = 0
  let end = value.length
  while (start < end && isSpace(value.charCodeAt(start))) start++
  while (end > start && isSpace(value.charCodeAt(end - 1))) end--
  return start === 0 && end === value.length ? value : value.slice(start, end)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}
