import type { Sink, StreamReply } from './exchange.ts'

/** An event stream that can be written to before its reader is there. */
export interface EventStream {
  readonly reply: StreamReply
  write(text: string): void
  /** Writes the last event and closes. */
  end(text: string): void
}

export function createEventStream(): EventStream {
  let sink: Sink | undefined
  let waiting = ''
  let ended = false
  return {
    reply: {
      status: 200,
      headers: eventHeaders,
      stream(opened) {
        sink = opened
        if (waiting !== '') sink.write(waiting)
        waiting = ''
        if (ended) sink.end()
      },
    },
    write(text) {
      if (sink) sink.write(text)
      else waiting += text
    },
    end(text) {
      ended = true
      if (sink) {
        sink.write(text)
        sink.end()
      } else {
        waiting += text
      }
    },
  }
}

/** Keeps proxies from holding events back. */
const eventHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}
