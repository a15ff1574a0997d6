import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AuthError } from '../auth-error.ts'
import { hostKind, plainHost } from '../host-kind.ts'
import { isCode } from './is-code.ts'

/** Where to listen. */
export interface Place {
  readonly redirectUri: string
  readonly addresses: readonly string[]
  /** Ports to try in turn; 0 is any. */
  readonly ports: readonly number[]
}

interface Wish {
  readonly redirectUri?: string | undefined
  readonly before?: readonly string[] | undefined
}

/** Finds out where a redirect URI leads on this machine. */
export function placeOf({ redirectUri = 'http://127.0.0.1/callback', before = [] }: Wish): Place {
  const url = URL.canParse(redirectUri) ? new URL(redirectUri) : undefined
  const host = plainHost(url?.hostname ?? '')
  if (url?.protocol !== 'http:' || hostKind(host) !== 'loopback' || url.hash || url.search) {
    throw new TypeError('`redirectUri` has to be on loopback: http://127.0.0.1/callback')
  }
  // Browsers try either for the name, and whoever sits on the other one would get what is meant for us.
  const addresses = host === 'localhost' ? ['127.0.0.1', '::1'] : [host]
  if (url.port !== '') return { redirectUri, addresses, ports: [Number(url.port)] }
  const alike = before
    .filter((one) => URL.canParse(one))
    .map((one) => new URL(one))
    .filter((one) => one.hostname === url.hostname && one.pathname === url.pathname)
    .flatMap(({ port }) => (port === '' ? [] : [Number(port)]))
  return { redirectUri, addresses, ports: [...alike, 0, 0, 0] }
}

/** Listens on the first port that is free on all of the addresses. */
export async function listenOn(
  { addresses, ports }: Place,
  create: () => Server,
): Promise<{ readonly servers: readonly Server[]; readonly port: number }> {
  for (const wanted of ports) {
    const servers: Server[] = []
    try {
      let port = wanted
      for (const [at, address] of addresses.entries()) {
        const server = await listening(create(), address, port).catch((error: unknown) => {
          // Many machines have only one of the two.
          if (at > 0 && isAbsent(error)) return undefined
          throw error
        })
        if (!server) continue
        servers.push(server)
        port = (server.address() as AddressInfo).port
      }
      return { servers, port }
    } catch (error) {
      for (const server of servers) server.close()
      if (!isCode(error, 'EADDRINUSE') && !isCode(error, 'EACCES')) throw error
    }
  }
  throw new AuthError(
    'authorization',
    `Nothing can listen on port ${ports[0]} of this machine: another program may be doing it; end that, or choose another port`,
  )
}

function listening(server: Server, host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => resolve(server))
  })
}

function isAbsent(error: unknown): boolean {
  return isCode(error, 'EADDRNOTAVAIL') || isCode(error, 'EAFNOSUPPORT')
}
