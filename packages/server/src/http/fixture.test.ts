/** What the tests of the HTTP doors share. */
import { metaKeys, requestHeaders } from '@lutra/core'

export const version = '2026-07-28'

export const envelope = {
  [metaKeys.protocolVersion]: version,
  [metaKeys.clientCapabilities]: {},
}

export interface Prepared {
  readonly headers: Record<string, string>
  readonly body: string
}

/** A valid request as headers and body. */
export function prepare(
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  id: string | number = 1,
): Prepared {
  const body = { jsonrpc: '2.0', id, method, params: { ...params, _meta: envelope } }
  return {
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...requestHeaders(method, params, { protocolVersion: version }),
    },
    body: JSON.stringify(body),
  }
}

/** The same as the bytes of HTTP/1.1, with headers replaced or, by undefined, left out. */
export function toWire(
  { headers, body }: Prepared,
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  const all: Record<string, string | undefined> = {
    host: 'localhost',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
    ...changes,
  }
  const lines = Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST /mcp HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}
