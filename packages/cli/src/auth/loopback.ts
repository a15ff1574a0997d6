/** Where a browser of this machine comes back to. See RFC 8252 section 7.3. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UsageError } from '../errors.ts'

export interface Loopback {
  readonly redirectUri: string
  /** The URL that the browser came back by, once it has. */
  readonly arrived: Promise<URL>
  close(): Promise<void>
}

/** Listens on a port of this machine for the one request that ends a sign-in. */
export async function openLoopback(port = 0): Promise<Loopback> {
  let arrive: (url: URL) => void = () => {}
  const arrived = new Promise<URL>((resolve) => {
    arrive = resolve
  })
  let redirectUri = ''
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', redirectUri)
    const isOwn = `http://${request.headers.host}${path}` === redirectUri
    const isEnd =
      url.searchParams.has('state') &&
      (url.searchParams.has('code') || url.searchParams.has('error'))
    if (request.method !== 'GET' || !isOwn || url.pathname !== path || !isEnd) {
      show(response, { status: 404, text: 'There is nothing here.' })
      return
    }
    const failed = url.searchParams.has('error')
    const text = failed
      ? 'You are not signed in. The terminal says why.'
      : 'You can close this page and go back to the terminal.'
    // The page is shown before anything else: whoever looks at it must not see it cut off.
    show(response, { status: 200, text }, () => arrive(url))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new UsageError(`Port ${port} cannot be listened on`, { cause })),
    )
    server.listen(port, '127.0.0.1', resolve)
  })
  redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
  return {
    redirectUri,
    arrived,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const path = '/callback'

function show(
  response: ServerResponse,
  { status, text }: { status: number; text: string },
  shown?: () => void,
): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  })
  response.end(
    `<!doctype html><title>Lutra</title><style>body{font:1.1em system-ui;margin:20vh auto;max-width:32em}</style><p>${text}</p>`,
    shown,
  )
}
