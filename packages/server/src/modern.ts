/** Serves over HTTP to clients of 2026-07-28 and later alone: the small bundle. What is served comes from `@lutra/server`. */
import { createDoor } from './http/door.ts'
import { createFetch, type Fetch, type RequestExtra } from './http/fetch.ts'
import type { HttpOptions } from './http/options.ts'
import type { Servable } from './server-types.ts'

/** Serves a server, or any handler, as a `fetch` function that speaks the modern revisions alone. */
export function serveHttp(server: Servable, options: HttpOptions = {}): Fetch {
  return createFetch(createDoor(server, options), options)
}

export type { Fetch, HttpOptions, RequestExtra, Servable }
