/** The ceiling: `node:http` with `JSON.parse` and `JSON.stringify`, and nothing of a protocol. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Body {
  readonly id: number
  readonly method: string
  readonly params: { readonly arguments: { readonly text: string } }
}

const serverInfo = { name: 'bench', version: '1.0.0' }

/** The `_meta` of what a server of the bench answers. */
export const resultMeta = { 'io.modelcontextprotocol/serverInfo': serverInfo }

/** Answers a call with the text that it brought, in the bytes that ours answers with. */
export function plainEcho({ legacy }: { readonly legacy: boolean }): RequestListener {
  return (req, res) => {
    readJson(req, ({ id, params }) => {
      const content = [{ type: 'text', text: params.arguments.text }]
      const result = legacy ? { content } : { resultType: 'complete', content, _meta: resultMeta }
      replyJson(res, { jsonrpc: '2.0', id, result })
    })
  }
}

/** Holds event streams open, and tells all of them of a change. */
export function createPlainStreams(): { listener: RequestListener; change(): void } {
  const open = new Map<ServerResponse, number>()
  const message = (method: string, id: number) => ({
    jsonrpc: '2.0',
    method,
    params: { _meta: { 'io.modelcontextprotocol/subscriptionId': id } },
  })
  const write = (res: ServerResponse, data: unknown) =>
    res.write(`event: message\ndata: ${JSON.stringify(data)}\n\n`)
  return {
    listener: (req, res) => {
      readJson(req, ({ id }) => {
        res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
        write(res, message('notifications/subscriptions/acknowledged', id))
        open.set(res, id)
        res.on('close', () => open.delete(res))
      })
    },
    change() {
      for (const [res, id] of open) write(res, message('notifications/tools/list_changed', id))
    },
  }
}

/** Listens on a free port of the loopback interface. */
export function listenPlain(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

/** Answers with a message. */
export function replyJson(res: ServerResponse, message: object): void {
  const text = JSON.stringify(message)
  res.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  res.end(text)
}

/** Reads the body of a request. */
export function readJson(req: IncomingMessage, use: (body: Body) => void): void {
  const parts: Buffer[] = []
  req.on('data', (part: Buffer) => parts.push(part))
  req.on('end', () => use(JSON.parse(Buffer.concat(parts).toString())))
}
