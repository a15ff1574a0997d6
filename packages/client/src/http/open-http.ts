/** Calls to a modern server over HTTP. See /specification/2026-07-28/basic/transports/streamable-http */
import {
  type Call,
  type Handler,
  type Id,
  type Result,
  request,
  requestHeaders,
  withMeta,
} from '@lutra/core'
import { type HttpOptions, warnBy } from '../options.ts'
import { localOf } from '../words/local.ts'
import type { HttpResponse, HttpSender } from './exchange.ts'
import { mirrorParams } from './mirror-params.ts'
import { readResponse } from './read-response.ts'
import { redirectOf } from './redirect.ts'
import { lowercase, userHeaders } from './request-headers.ts'

/** A modern server at a URL, before anything was said to it. */
export interface HttpChannel {
  readonly handler: Handler
  close(): void
}

/** Carries each call by one POST, and hears its answer as JSON or as a stream. */
export function openHttp(url: URL, options: HttpOptions, sender: HttpSender): HttpChannel {
  const ownHeaders = userHeaders(options)
  const maxBytes = options.maxResponseBytes ?? 64 * 1024 * 1024
  const warn = warnBy(options)
  let last = 0

  async function exchange(call: Call, extra?: Readonly<Record<string, string>>): Promise<Result> {
    const { method, params, meta, signal } = call
    last += 1
    const id = last
    const headers = {
      ...(await ownHeaders()),
      ...lowercase(localOf(call)?.options.headers),
      ...extra,
      ...requestHeaders(method, params, meta),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    }
    const body = bodyOf(call, id)
    const response = await post(url, (to) =>
      sender.send({ method: 'POST', url: to, headers, body, signal }),
    )
    return readResponse(response, { id, call, maxBytes, warn })
  }

  return { handler: mirrorParams(exchange, warn), close: sender.close }
}

function bodyOf({ method, params, meta }: Call, id: Id): string {
  // The caller's token may be in use by another caller; the id never is.
  const unique = meta.progressToken === undefined ? meta : { ...meta, progressToken: id }
  return JSON.stringify(request(id, method, withMeta(params, unique)))
}

/** Posts, and follows the few redirects that lead to the same origin. */
async function post(url: URL, send: (url: URL) => Promise<HttpResponse>): Promise<HttpResponse> {
  let current = url
  for (let count = 0; ; count++) {
    const response = await send(current)
    if (response.status < 300 || response.status >= 400) return response
    current = redirectOf(response, current, count)
  }
}
