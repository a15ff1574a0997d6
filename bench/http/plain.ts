/** The ceiling: `node:http` with `JSON.parse` and `JSON.stringify`, and nothing of a protocol. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'

type Body = { id: number; params: { arguments: { text: string } } }

/** Answers a call with the text that it brought. */
export const plainEcho: RequestListener = (req, res) => {
  readJson(req, ({ id, params }) => {
    const content = [{ type: 'text', text: params.arguments.text }]
    const text = JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'complete', content } })
    res.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    })
    res.end(text)
  })
}

/** Holds event streams open, and tells all of them of a change. */
export function createPlainStreams(): {
  listener: RequestListener
  change(): void
  count(): number
} {
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
    count: () => open.size,
  }
}

/** Listens on a free port of the loopback interface. */
export function listenPlain(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
}

function readJson(req: IncomingMessage, use: (body: Body) => void): void {
  const parts: Buffer[] = []
  req.on('data', (part: Buffer) => parts.push(part))
  req.on('end', () => use(JSON.parse(Buffer.concat(parts).toString())))
}
