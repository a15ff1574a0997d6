import type { ServerResponse } from 'node:http'
import type { HttpReply, PlainReply, Sink, StreamReply } from '../exchange.ts'
import { defaultMaxBufferedBytes, type HttpOptions } from '../options.ts'
import type { KeepAlive } from './keep-alive.ts'

/** Makes what writes replies to `node:http`. */
export function createSender(
  options: HttpOptions,
  alive: KeepAlive,
): (res: ServerResponse, reply: HttpReply) => void {
  const { maxBufferedBytes = defaultMaxBufferedBytes } = options

  function forget(this: Streaming): void {
    if (this[open]) alive.delete(this[open])
  }

  return (res: Streaming, reply) => {
    if (res.destroyed || res.headersSent) return
    if ('stream' in reply) {
      const sink: NodeSink = { res, maxBufferedBytes, write: writeTo, end: endOf }
      res[open] = sink
      alive.add(sink)
      res.on('close', forget)
      sendStream(sink, reply)
    } else {
      sendPlain(res, reply)
    }
  }
}

function sendPlain(res: ServerResponse, reply: PlainReply): void {
  const { body } = reply
  if (body === undefined) {
    res.writeHead(reply.status, withLength(reply, 0))
    res.end()
    return
  }
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  res.writeHead(reply.status, withLength(reply, length))
  res.end(body)
  // Only what did not fit into the socket at once can meet a reader that never reads.
  if (res.writableLength > 0) res.setTimeout(stalledMs, () => res.destroy())
}

const stalledMs = 30_000

/** The headers of a reply with its length, of which nobody else has a say. */
function withLength({ headers }: PlainReply, length: number): Record<string, string | number> {
  // Node.js 20 takes a microsecond longer to read an object that was spread first: more than for most of a call.
  const all: Record<string, string | number> = { 'content-length': length, ...headers }
  all['content-length'] = length
  return all
}

function sendStream(sink: NodeSink, reply: StreamReply): void {
  const { res } = sink
  res.writeHead(reply.status, reply.headers)
  reply.stream(sink)
  // A stream without a first event yet still has to tell its client that it is open.
  if (!res.destroyed) res.flushHeaders()
}

const open = Symbol('lutra.sink')

interface Streaming extends ServerResponse {
  [open]?: NodeSink
}

interface NodeSink extends Sink {
  readonly res: ServerResponse
  readonly maxBufferedBytes: number
}

// Shared by all sinks, rather than made for each: with thousands of open streams that shows.
function writeTo(this: NodeSink, text: string): boolean {
  const { res } = this
  if (res.destroyed || res.writableEnded) return false
  if (res.writableLength > this.maxBufferedBytes) {
    res.destroy()
    return false
  }
  res.write(text)
  return true
}

function endOf(this: NodeSink): void {
  const { res } = this
  if (res.destroyed || res.writableEnded) return
  res.end()
  if (res.writableLength > 0) res.setTimeout(stalledMs, () => res.destroy())
}
