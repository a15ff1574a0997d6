/** An event stream of a session: numbered, kept for replay, and able to go on without a connection. */
import { encodeEvent, encodeMessageEvent } from '@lutra/core'
import type { Sink, StreamReply } from '../../http/exchange.ts'
import { printEventId } from './event-id.ts'
import type { LoggedEvent } from './event-log.ts'

export interface SessionStreamOptions {
  /** What the ids of its events begin with. Without it they have none. */
  readonly streamId?: string | undefined
  /** Keeps what is sent; resolves once it has. */
  readonly keep?: ((event: LoggedEvent) => Promise<void>) | undefined
  /** The number of the first event that is sent: not 1 where a stream is taken up again. */
  readonly from?: number | undefined
  /** Milliseconds after which a client that loses the connection comes again: said first, where its revision has that. */
  readonly retryMs?: number | undefined
  /** Characters that may wait for the connection to open. */
  readonly maxWaiting?: number
}

export interface SessionStream {
  readonly reply: StreamReply
  /** Sends a message and keeps it. */
  send(json: string): void
  /** Sends the last message, or none, and closes; resolves once all of the stream was kept. */
  end(json: string): Promise<void>
  /** Sends an event that is kept already, under the number that it has. */
  replay(event: LoggedEvent): void
  /** Closes the connection, not the stream: what is sent is only kept from now on. */
  disconnect(): void
}

export function createSessionStream(options: SessionStreamOptions = {}): SessionStream {
  const { streamId, keep, from = 1, retryMs, maxWaiting = 1024 * 1024 } = options
  let sink: Sink | undefined
  let waiting = ''
  let connected = true
  let seq = from - 1

  function write(text: string): void {
    if (!connected) return
    if (sink) connected = sink.write(text)
    else if (waiting.length + text.length <= maxWaiting || waiting === '') waiting += text
    else disconnect()
  }

  function disconnect(): void {
    if (!connected) return
    connected = false
    sink?.end()
  }

  async function add(json: string, last: boolean): Promise<void> {
    seq += 1
    const kept = keep?.({ seq, json, last })
    if (json !== '') write(messageEvent(streamId, seq, json))
    if (last) disconnect()
    await kept
  }

  if (from === 1) void keep?.({ seq: 0, json: '', last: false })
  if (streamId !== undefined && retryMs !== undefined) {
    write(encodeEvent({ id: printEventId(streamId, seq), retry: retryMs, data: '' }))
  }

  return {
    reply: {
      status: 200,
      headers: eventHeaders,
      stream(opened) {
        sink = opened
        if (waiting !== '') opened.write(waiting)
        waiting = ''
        if (!connected) opened.end()
      },
    },
    send: (json) => void add(json, false),
    end: (json) => add(json, true),
    replay(event) {
      if (event.json !== '') write(messageEvent(streamId, event.seq, event.json))
      if (event.last) disconnect()
    },
    disconnect,
  }
}

/** JSON has no raw line break: one line holds it. */
function messageEvent(streamId: string | undefined, seq: number, json: string): string {
  if (streamId === undefined) return encodeMessageEvent(json)
  return `id: ${printEventId(streamId, seq)}\n${encodeMessageEvent(json)}`
}

/** Keeps proxies from holding events back. */
export const eventHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}
