/** An authorization server of one's own. See /specification/2026-07-28/basic/authorization */
import { createServer, type Server } from 'node:http'
import { createListener } from './listener.ts'
import { isLoopback } from './loopback.ts'
import type { Listener } from './node-listener.ts'
import type { AuthServerOptions } from './options.ts'
import { run } from './running.ts'
import { isDevelopment, readSettings } from './settings.ts'
import { type Revocation, revokeAll } from './store/revoke.ts'

/** An authorization server, from `createAuthServer()`. */
export interface AuthServer {
  readonly issuer: string
  /** For `node:http`, and for Express by `app.use(auth.listener)`: it hands on what is not its own. */
  readonly listener: Listener
  /** Serves it by itself: on loopback where the issuer is there, else on every address. */
  listen(port: number, host?: string): Promise<void>
  /** Ends grants, refresh tokens, opaque tokens and sessions; JWTs that are out live until they expire. Says how many grants. */
  revoke(which: Revocation): Promise<number>
  /** Signs with a new key from soon on, when every instance publishes it. */
  rotateKeys(): Promise<void>
  /** Stops listening, when the requests under way are answered. */
  close(): Promise<void>
}

/** Makes an authorization server for MCP servers that have none. */
export function createAuthServer(options: AuthServerOptions): AuthServer {
  const settings = readSettings(options)
  const running = run(settings, { fetch: options.fetch ?? guarded(), report })
  const listener = createListener(running)
  const servers = new Set<Server>()
  if (isDevelopment(settings))
    process.emitWarning(
      `${settings.issuer} signs in whoever clicks (development()): never serve it to others`,
      { type: 'DevelopmentWarning', code: 'LUTRA_DEVELOPMENT_SIGN_IN' },
    )
  return {
    issuer: settings.issuer,
    listener,
    async listen(port, host = isLoopback(settings.url.hostname) ? '127.0.0.1' : undefined) {
      await running.parts()
      const server = createServer((request, response) => listener(request, response))
      servers.add(server)
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, resolve)
      })
    },
    revoke: (which) => revokeAll(settings.store, which),
    rotateKeys: () => running.ring.rotate(),
    async close() {
      const closing = [...servers].map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => resolve())
            server.closeIdleConnections()
          }),
      )
      servers.clear()
      await Promise.all(closing)
    },
  }
}

/** Loaded when a client first names a URL. */
function guarded(): typeof fetch {
  let guard: Promise<typeof fetch> | undefined
  return async (input, init) => {
    guard ??= import('@lutra/client/auth-node').then(({ guardedFetch }) =>
      guardedFetch({ maxBytes: 65_536, maxRedirects: 0, timeoutMs: 5_000 }),
    )
    return (await guard)(input, init)
  }
}

/** To the operator's log, with the cause that clients are not told. */
function report(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  process.emitWarning(message, { type: 'AuthServerError', detail: stack ?? message })
}
