/** Serves a server over `node:http`. */
import { createDoor } from './http/door.ts'
import { type Listening, listen, type NodeListenOptions } from './http/node/listen.ts'
import { createListener, type Listener, type NodeExtra } from './http/node/listener.ts'
import type { HttpOptions } from './http/options.ts'
import { bothEras, createLegacyHttp, type LegacyHttpOptions } from './legacy/http.ts'
import type { Servable } from './server-types.ts'

export interface ServeNodeOptions extends HttpOptions, NodeListenOptions {
  /** How clients of the revisions before 2026-07-28 are served; `false`: not at all. */
  readonly legacy?: false | LegacyHttpOptions
}

export interface NodeServing {
  /** For `http.createServer`, Express, Fastify: `app.all('/mcp', listener)`. */
  readonly listener: Listener
  /** Starts a server of its own; a port of 0 takes a free one. Over loopback unless `host` says otherwise. */
  listen(port?: number, host?: string): Promise<Listening>
}

/** Serves a server, or any handler, over `node:http`: the fast path on Node.js. */
export function serveNode(server: Servable, options: ServeNodeOptions = {}): NodeServing {
  const legacy =
    options.legacy === false ? undefined : createLegacyHttp(server, options.legacy, options.auth)
  const eras = legacy && bothEras(legacy, options.legacy || undefined)
  const listener = createListener(createDoor(server, { ...options, ...eras }), options)
  const close = async () => {
    legacy?.close()
    await server.close?.()
  }
  return {
    listener,
    listen: (port = 0, host = '127.0.0.1') =>
      listen(listener, { ...options, port, host, server: { close } }),
  }
}

export type {
  HttpOptions,
  LegacyHttpOptions,
  Listener,
  Listening,
  NodeExtra,
  NodeListenOptions,
  Servable,
}
