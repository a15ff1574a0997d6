/** Serves a server over any two streams of messages: sockets, WebSockets, workers. */
import { createLegacySession } from './legacy/session.ts'
import { servePipe as serve } from './pipe/serve-pipe.ts'
import type { ServerPipe } from './pipe/server-pipe.ts'
import type { Servable } from './server-types.ts'

export interface ServePipeOptions {
  /** `false` leaves out the clients of the revisions before 2026-07-28. */
  readonly legacy?: false
  /** Calls that may be under way at once; more are refused. Default: 4,096. */
  readonly maxCalls?: number
  /** Milliseconds that running calls have to end once the client is gone. Default: 200. */
  readonly closeTimeoutMs?: number
}

/** Serves a server, or any handler, over a pipe of your own; resolves when its client is gone. */
export function servePipe(
  server: Servable,
  pipe: ServerPipe,
  options: ServePipeOptions = {},
): Promise<void> {
  const { legacy, ...bounds } = options
  return serve(server, pipe, {
    ...bounds,
    legacySession: legacy === false ? undefined : (way) => createLegacySession(server, way),
  })
}

export type { Servable, ServerPipe }
