/** A server that means harm: it answers discovery as it should, and everything else with the bytes that it is told. */
import { createServer, type Socket } from 'node:net'
import { latestVersion } from '@lutra/core'

/** A request that came, and ways to answer it badly. */
export interface Prey {
  readonly id: number
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
  readonly socket: Socket
  /** The request's head, as it came. */
  readonly head: string
  /** Sends a whole response. */
  respond(status: number, headers: Readonly<Record<string, string>>, body: string | Buffer): void
  /** Answers with a result, as JSON. */
  result(result: unknown): void
  /** Opens an event stream; what is written to the socket then is its body. */
  stream(): void
}

export interface EvilServer extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** Requests that came, discovery left out. */
  readonly seen: Prey[]
}

export async function startEvilServer(answer: (prey: Prey) => void): Promise<EvilServer> {
  const sockets = new Set<Socket>()
  const seen: Prey[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.setNoDelay().on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      for (let prey = takeRequest(); prey; prey = takeRequest()) {
        if (prey.method === 'server/discover') prey.result(discovery)
        else {
          seen.push(prey)
          answer(prey)
        }
      }
    })

    function takeRequest(): Prey | undefined {
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return undefined
      const head = text.slice(0, end)
      const size = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (text.length < end + 4 + size) return undefined
      const body = text.slice(end + 4, end + 4 + size)
      text = text.slice(end + 4 + size)
      return toPrey(socket, head, body)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    port,
    url: `http://127.0.0.1:${port}/mcp`,
    seen,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const discovery = {
  resultType: 'complete',
  supportedVersions: [latestVersion],
  capabilities: { tools: {}, resources: {}, prompts: {}, completions: {} },
  ttlMs: 0,
  cacheScope: 'private',
}

const noBody = { id: 0, method: '' }

function toPrey(socket: Socket, head: string, body: string): Prey {
  const { id, method = 'response', params = {} } = body === '' ? noBody : JSON.parse(body)
  const respond: Prey['respond'] = (status, headers, content) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const size = `Content-Length: ${Buffer.byteLength(content)}\r\n`
    socket.write(`HTTP/1.1 ${status} Whatever\r\n${lines.join('')}${size}\r\n`, 'latin1')
    socket.write(content)
  }
  return {
    id,
    method,
    params,
    socket,
    head,
    respond,
    result(result) {
      const json = JSON.stringify({ jsonrpc: '2.0', id, result })
      respond(200, { 'Content-Type': 'application/json' }, json)
    },
    stream() {
      socket.write(
        'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n',
      )
    },
  }
}

/** Writes for as long as the other side takes it. */
export async function writeEndlessly(socket: Socket, chunk: Buffer): Promise<void> {
  while (!socket.destroyed) {
    if (socket.write(chunk)) await new Promise((resolve) => setImmediate(resolve))
    else {
      await new Promise<void>((resolve) => {
        socket.once('drain', resolve)
        socket.once('close', () => resolve())
      })
    }
  }
}
