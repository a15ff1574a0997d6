import { type Handler, metaKeys, requestHeaders } from '@lutra/core'
import { serveHttp } from '@lutra/server/serve-http'

export type Json = Readonly<Record<string, unknown>>

/** One request as it goes out, and what may be different about it. */
export interface Post {
  readonly id?: string | number
  readonly capabilities?: Json
  /** Further `_meta`. */
  readonly meta?: Json
  /** Headers that are other than they should be, or, by undefined, missing. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
  /** Without an id: a notification. */
  readonly notification?: true
}

/** What came back: each message, in its order. */
export interface Reply {
  readonly status: number
  readonly messages: readonly Message[]
}

export interface Message {
  readonly id?: unknown
  readonly method?: string
  readonly params?: Json
  readonly result?: Json
  readonly error?: { readonly code: number; readonly message: string; readonly data?: Json }
}

/** Posts requests to a server as raw messages. */
export function poster(server: Handler, options: Parameters<typeof serveHttp>[1] = {}) {
  const serve = serveHttp(server, options)
  return async (method: string, params: Json = {}, post: Post = {}): Promise<Reply> => {
    const response = await serve(requestOf(method, params, post))
    const text = await response.text()
    const parts = /^(?:event|data|:)/.test(text)
      ? [...text.matchAll(/^data: ?(.+)$/gm)].map(([, data]) => data ?? '')
      : [text].filter(Boolean)
    return { status: response.status, messages: parts.map((part) => JSON.parse(part)) }
  }
}

export function requestOf(method: string, params: Json, post: Post = {}): Request {
  const { id = 1, capabilities = {}, meta, headers, signal, notification } = post
  const version = '2026-07-28'
  const _meta = {
    [metaKeys.protocolVersion]: version,
    [metaKeys.clientCapabilities]: capabilities,
    ...meta,
  }
  const all = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...requestHeaders(method, params, { protocolVersion: version }),
    ...headers,
  }
  return new Request('http://localhost/mcp', {
    method: 'POST',
    headers: Object.entries(all).filter((one): one is [string, string] => one[1] !== undefined),
    body: JSON.stringify({
      jsonrpc: '2.0',
      ...(notification ? {} : { id }),
      method,
      params: { ...params, _meta },
    }),
    ...(signal && { signal }),
  })
}
