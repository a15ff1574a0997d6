/** Arguments that a tool has mirrored into `Mcp-Param-*` headers. See /specification/2026-07-28/basic/transports/streamable-http#custom-headers */
import type { Params } from './call.ts'
import { headerMismatch, type ReadHeader, verifyHeaderValue } from './header.ts'
import { encodeHeaderValue } from './header-value.ts'

/** One argument that travels in a header too. */
export interface HeaderParam {
  /** As the schema has it: the part after `Mcp-Param-`. */
  readonly name: string
  /** The whole header name, lowercase. */
  readonly header: string
  /** The keys that lead to the argument. */
  readonly path: readonly string[]
}

/** The headers that go with a tool call's arguments. Names are lowercase; what is absent or null has none. */
export function paramHeaders(
  headerParams: readonly HeaderParam[],
  args: Params,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const { header, path } of headerParams) {
    const text = textOf(valueAt(args, path))
    if (text !== undefined) headers[header] = encodeHeaderValue(text)
  }
  return headers
}

/** Throws `RpcError` -32020 unless each header says what its argument says. */
export function verifyParamHeaders(
  header: ReadHeader,
  headerParams: readonly HeaderParam[],
  args: Params,
): void {
  for (const { name, header: key, path } of headerParams) {
    const value = valueAt(args, path)
    const text = textOf(value)
    // A stray header of an absent argument, and an argument of a wrong type, are not about headers.
    if (text === undefined) continue
    const sent = header(key)
    const shown = `Mcp-Param-${name}`
    if (sent === undefined) throw headerMismatch(shown, 'the header is missing')
    if (typeof value === 'number') verifyNumber(shown, sent, value)
    else verifyHeaderValue(shown, sent, text)
  }
}

function verifyNumber(shown: string, sent: string, value: number): void {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw headerMismatch(shown, 'an integer beyond ±(2^53 - 1) cannot be mirrored')
  }
  const text = sent.trim()
  if (decimal.test(text) && Number(text) === value) return
  verifyHeaderValue(shown, sent, String(value))
}

const decimal = /^-?\d{1,32}(?:\.\d{1,32})?(?:[eE][+-]?\d{1,3})?$/

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return undefined
}

function valueAt(args: Params, path: readonly string[]): unknown {
  let value: unknown = args
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Params)[key]
  }
  return value
}
