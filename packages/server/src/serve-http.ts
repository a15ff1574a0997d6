/** Serves a server over HTTP as a web-standard `fetch` function. */
import { createDoor } from './http/door.ts'
import { createFetch, type Fetch, type RequestExtra } from './http/fetch.ts'
import type { HttpOptions } from './http/options.ts'
import { bothEras, createLegacyHttp, type LegacyHttpOptions } from './legacy/http.ts'
import type { Servable } from './server-types.ts'

export interface ServeHttpOptions extends HttpOptions {
  /** How clients of the revisions before 2026-07-28 are served; `false`: not at all. */
  readonly legacy?: false | LegacyHttpOptions
}

/** Serves a server, or any handler, as a `fetch` function: for Workers, Deno, Bun, Hono, Next. */
export function serveHttp(server: Servable, options: ServeHttpOptions = {}): Fetch {
  const legacy =
    options.legacy === false ? undefined : createLegacyHttp(server, options.legacy, options.auth)
  const eras = legacy && bothEras(legacy, options.legacy || undefined)
  return createFetch(createDoor(server, { ...options, ...eras }), options)
}

export type { Fetch, HttpOptions, LegacyHttpOptions, RequestExtra, Servable }
