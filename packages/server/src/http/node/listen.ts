import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Servable } from '../../server-types.ts'
import { defaultPath, type HttpOptions } from '../options.ts'
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
        // Proxies that keep connections have made theirs again by the time at which no more are taken, and want no new ones.
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

/**
 * Takes no new connections, and gives those that are there the time to send a request, with whose reply they end: `http.close()`
 * would cut them off as idle. It is over when they have ended, or send nothing any more.
 */
async function linger(http: HttpServer): Promise<void> {
  const begun = performance.now()
  let lastAsked = begun
  let ended = false
  const count = () => {
    lastAsked = performance.now()
  }
  http.on('request', count)
  http.once('close', () => {
    ended = true
  })
  NetServer.prototype.close.call(http)
  const isOver = () =>
    ended || performance.now() - lastAsked > 200 || performance.now() - begun > longestLingerMs
  while (!isOver()) {
    await pause(20)
    // What has come in the meantime is read first.
    await new Promise((resolve) => setImmediate(resolve))
  }
  http.off('request', count)
}

const longestLingerMs = 2000

/**
 * Waits for a moment at which nobody waits to be accepted: whoever does when the socket is closed is cut off by the system, and a
 * proxy that has sent a call by then does not send it elsewhere. At best one after a while in which nobody came; where somebody
 * always does, one between two turns of the event loop, as one is accepted in each.
 */
async function calm(http: HttpServer): Promise<void> {
  let came = 0
  let lastCame = performance.now()
  const count = () => {
    came += 1
    lastCame = performance.now()
  }
  http.on('connection', count)
  const begun = performance.now()
  for (let quiet = false; !quiet && performance.now() - begun < longestCalmMs; ) {
    const enough = performance.now() - begun < longestCalmMs / 2 ? restMs : 0
    if (performance.now() - lastCame < enough) await pause(restMs / 5)
    const [before, began] = [came, performance.now()]
    await new Promise((resolve) => setImmediate(resolve))
    // A turn in which much was done leaves time for others to come.
    quiet =
      came === before && performance.now() - began < 0.2 && performance.now() - lastCame >= enough
  }
  http.off('connection', count)
}

const restMs = 50
const longestCalmMs = 2000

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
