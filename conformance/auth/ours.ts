/** Our own authorization server on a port of its own, with the servers that it is for. */
import { createServer } from 'node:http'
import {
  type AuthServer,
  type AuthServerOptions,
  createAuthServer,
  development,
} from '@lutra/auth-server'
import { createMemoryStore } from '@lutra/core'
import { quietly } from '../../scripts/quietly.ts'
import { listenOnLoopback } from './loopback.ts'
import { type Protected, startProtected } from './protected.ts'

export interface Ours extends AsyncDisposable {
  readonly issuer: string
  readonly auth: AuthServer
  readonly servers: readonly Protected[]
  readonly server: Protected
  /** The requests that it got, as `POST /token`. */
  readonly asked: readonly string[]
}

export type OursOptions = Partial<AuthServerOptions>

const ourScopes = { 'notes:read': 'Read your notes', 'notes:write': 'Change your notes' }

export async function startOurs(
  options: OursOptions | ((issuer: string) => Promise<OursOptions>) = {},
  count = 1,
): Promise<Ours> {
  const http = createServer()
  const { origin: issuer, close } = await listenOnLoopback(http)
  const servers = await Promise.all(
    Array.from({ length: count }, () =>
      startProtected({ issuers: issuer, clockToleranceSeconds: 0 }),
    ),
  )
  const settings: AuthServerOptions = {
    issuer,
    store: createMemoryStore(),
    resources: servers.map(({ url }) => url),
    scopes: ourScopes,
    signIn: development({ users: [{ id: 'ada', name: 'Ada' }] }),
    registration: true,
    ...(typeof options === 'function' ? await options(issuer) : options),
  }
  const auth = quietly(() => createAuthServer(settings))
  const asked: string[] = []
  http.on('request', (request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`)
    auth.listener(request, response)
  })
  const [server] = servers
  if (!server) throw new TypeError('An authorization server without a server is of no use here')
  return {
    issuer,
    auth,
    servers,
    server,
    asked,
    async [Symbol.asyncDispose]() {
      await auth.close()
      await close()
      await Promise.all(servers.map((one) => one[Symbol.asyncDispose]()))
    },
  }
}
