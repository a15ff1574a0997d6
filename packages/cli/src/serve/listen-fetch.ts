import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

type Fetch = (request: Request) => Response | Promise<Response>

interface Where {
  readonly port: number
  readonly host: string
  readonly path: string
}

/** Serves a web-standard `fetch` function over `node:http`. It checks hosts, origins and sizes by itself. */
export async function listenFetch(fetch: Fetch, { port, host, path }: Where) {
  const http = createServer((req, res) => void answer(fetch, req, res))
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, host, resolve)
  })
  const address = http.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `http://${name}:${address.port}${path}`,
    close: () =>
      new Promise<void>((resolve) => {
        http.close(() => resolve())
        http.closeIdleConnections()
        setTimeout(() => http.closeAllConnections(), graceMs).unref()
      }),
  }
}

const graceMs = 1000

async function answer(fetch: Fetch, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const gone = new AbortController()
  res.once('close', () => gone.abort())
  try {
    const response = await fetch(toRequest(req, gone.signal))
    res.writeHead(response.status, Object.fromEntries(response.headers))
    res.flushHeaders()
    if (response.body) await pipeline(Readable.fromWeb(response.body as never), res)
    else res.end()
  } catch (error) {
    if (gone.signal.aborted) return
    console.error(error)
    if (!res.headersSent) res.writeHead(500)
    res.end()
  }
}

function toRequest(req: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', headers, url = '/' } = req
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [[name, Array.isArray(value) ? value.join(', ') : value] as [string, string]],
  )
  const bodiless = method === 'GET' || method === 'HEAD'
  return new Request(new URL(url, `http://${headers.host ?? 'localhost'}`), {
    method,
    headers: pairs,
    signal,
    ...(!bodiless && { body: Readable.toWeb(req) as ReadableStream, duplex: 'half' }),
  })
}
