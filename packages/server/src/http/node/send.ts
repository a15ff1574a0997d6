import type { ServerResponse } from 'node:http'
import { keepAlive } from '@lutra/core'
import type { HttpReply, PlainReply, Sink, StreamReply } from '../exchange.ts'
import { defaultMaxBufferedBytes, type HttpOptions } from '../options.ts'
import type { KeepAlive } from './keep-alive.ts'

/** Makes what writes replies to `node:http`. */
export function createSender(
  options: HttpOptions,
  alive: KeepAlive,
): (res: ServerResponse, reply: HttpReply) => void {
  const { maxBufferedBytes = defaultMaxBufferedBytes } = options
  return (res, reply) => {
    if (res.destroyed || res.headersSent) return
    if ('stream' in reply) sendStream(res, reply, { alive, maxBufferedBytes })
    else sendPlain(res, reply)
  }
}

function sendPlain(res: ServerResponse, reply: PlainReply): void {
  const { body } = reply
  if (body === undefined) {
    res.writeHead(reply.status, { ...reply.headers, 'content-length': '0' })
    res.end()
    return
  }
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  res.writeHead(reply.status, { ...reply.headers, 'content-length': length })
  res.end(body)
  // Only what did not fit into the socket at once can meet a reader that never reads.
  if (res.writableLength > 0) res.setTimeout(stalledMs, () => res.destroy())
}

const stalledMs = 30_000

function sendStream(
  res: ServerResponse,
  reply: StreamReply,
  { alive, maxBufferedBytes }: { alive: KeepAlive; maxBufferedBytes: number },
): void {
  const beat = () => void sink.write(keepAlive)
  const sink: Sink = {
    write(text) {
      if (res.destroyed || res.writableEnded) return false
      if (res.writableLength > maxBufferedBytes) {
        res.destroy()
        return false
      }
      res.write(text)
      return true
    },
    end() {
      if (res.destroyed || res.writableEnded) return
      res.end()
      if (res.writableLength > 0) res.setTimeout(stalledMs, () => res.destroy())
    },
  }
  alive.add(beat)
  res.once('close', () => alive.delete(beat))
  res.writeHead(reply.status, reply.headers)
  reply.stream(sink)
  // A stream without a first event yet still has to tell its client that it is open.
  if (!res.destroyed) res.flushHeaders()
}
