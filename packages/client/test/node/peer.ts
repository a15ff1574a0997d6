import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { certificate, key } from './certificate.ts'

/** A server that a test plays, with what it was asked. */
export interface Peer {
  readonly port: number
  readonly asked: readonly {
    method: string
    url: string
    host: string
    headers: Map<string, string>
  }[]
}

export interface PeerOptions {
  readonly secure?: boolean
  readonly address?: string
  readonly port?: number
}

/** Listens until the test is over. */
export async function startPeer(
  t: TestContext,
  answer: RequestListener,
  { secure = false, address = '127.0.0.1', port = 0 }: PeerOptions = {},
): Promise<Peer> {
  const asked: Peer['asked'][number][] = []
  const listener: RequestListener = (request, response) => {
    const { method = '', url = '', headers } = request
    const sent = new Map(Object.entries(headers).map(([name, value]) => [name, String(value)]))
    asked.push({ method, url, host: headers.host ?? '', headers: sent })
    answer(request, response)
  }
  const server = secure
    ? createSecureServer({ key, cert: certificate }, listener)
    : createServer(listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, resolve)
  })
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { asked, port: (server.address() as AddressInfo).port }
}
