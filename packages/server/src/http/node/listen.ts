import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Servable } from '../../server-types.ts'
import { defaultPath, type HttpOptions } from '../options.ts'
import { calm, linger } from './last-connections.ts'
import type { Listener } from './listener.ts'

export interface NodeListenOptions {
  /** Milliseconds that a client has for the whole of a request. Default: 60,000. */
  readonly requestTimeoutMs?: number
  /** Milliseconds that running calls have to end when the server closes. Default: 5,000. */
  readonly closeTimeoutMs?: number
}

export interface Listening {
  readonly url: string
  readonly port: number
  /**
   * Goes on as before, and ends each connection with its next reply: proxies that keep connections then send no request into one
   * that is about to be closed. For the while between being told to stop and `close`.
   */
  drain(): void
  /** Takes no new connections, ends subscriptions with their result, waits for running calls, then cuts off what is left. */
  close(): Promise<void>
}

interface Where extends NodeListenOptions, HttpOptions {
  readonly port: number
  readonly host: string
  readonly server: Pick<Servable, 'close'>
}

/** Listens on an address with a server whose slow and idle clients are bounded. */
export async function listen(listener: Listener, where: Where): Promise<Listening> {
  const { port, host, requestTimeoutMs = 60_000, path = defaultPath } = where
  let draining = false
  const http = createServer(
    {
      requestTimeout: requestTimeoutMs,
      headersTimeout: Math.min(30_000, requestTimeoutMs),
      // Longer than proxies usually keep theirs, or they would send into a connection that is just being closed.
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: Math.min(10_000, requestTimeoutMs),
    },
    (req, res) => {
      if (draining) res.shouldKeepAlive = false
      listener(req, res)
    },
  )
  http.listen(port, host)
  await once(http, 'listening')
  const address = http.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `http://${name}:${address.port}${path === '*' ? '/' : path}`,
    port: address.port,
    drain() {
      draining = true
    },
    async close() {
      if (draining) {
        // Meanwhile replies keep their connections: proxies have made theirs again when no more are taken, and want no new ones.
        draining = false
        await calm(http)
        draining = true
        await linger(http)
      }
      draining = true
      await close(http, where)
    },
  }
}

async function close(http: HttpServer, { server, closeTimeoutMs = 5_000 }: Where): Promise<void> {
  const closed = new Promise<void>((resolve) => http.close(() => resolve()))
  // A connection whose last reply went out after this moment is idle only then.
  const sweep = setInterval(() => http.closeIdleConnections(), 20)
  const force = setTimeout(() => http.closeAllConnections(), closeTimeoutMs)
  try {
    await server.close?.()
    await closed
  } finally {
    clearInterval(sweep)
    clearTimeout(force)
  }
}
