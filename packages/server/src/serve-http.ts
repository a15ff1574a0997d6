/** Serves a server over HTTP as a web-standard `fetch` function. */
import { createDoor } from './http/door.ts'
import { createFetch, type Fetch, type RequestExtra } from './http/fetch.ts'
import type { HttpOptions } from './http/options.ts'
import type { Servable } from './server-types.ts'

export interface ServeHttpOptions extends HttpOptions {
  /** `false` leaves out the clients of the revisions before 2026-07-28. */
  readonly legacy?: false
}

/** Serves a server, or any handler, as a `fetch` function: for Workers, Deno, Bun, Hono, Next. */
export function serveHttp(server: Servable, options: ServeHttpOptions = {}): Fetch {
  return createFetch(createDoor(server, options), options)
}

export type { Fetch, HttpOptions, RequestExtra, Servable }
