import type { Sink, StreamReply } from './exchange.ts'

/** An event stream that can be written to before its reader is there. Thousands may be open: no more than it takes. */
export interface EventStream {
  sink: Sink | undefined
  waiting: string
  ended: boolean
}

/** A stream, and the reply that opens it. */
export function createEventStream(): [stream: EventStream, reply: StreamReply] {
  const stream: EventStream = { sink: undefined, waiting: '', ended: false }
  return [stream, { status: 200, headers: eventHeaders, stream: (sink) => attach(stream, sink) }]
}

export function writeEvent(stream: EventStream, text: string): void {
  if (stream.sink) stream.sink.write(text)
  else stream.waiting += text
}

/** Writes the last event and closes. */
export function endEvents(stream: EventStream, text: string): void {
  writeEvent(stream, text)
  stream.ended = true
  stream.sink?.end()
}

function attach(stream: EventStream, sink: Sink): void {
  stream.sink = sink
  if (stream.waiting !== '') sink.write(stream.waiting)
  stream.waiting = ''
  if (stream.ended) sink.end()
}

/** Keeps proxies from holding events back. */
const eventHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}
