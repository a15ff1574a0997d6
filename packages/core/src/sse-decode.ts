/** Event streams, as WHATWG HTML defines them. See /specification/2026-07-28/basic/transports/streamable-http */

/** One event of a stream. */
export interface SseEvent {
  /** `message` where the stream named none. */
  readonly event: string
  readonly data: string
  /** The last event id that the stream gave, on this event or an earlier one. */
  readonly id?: string
  /** Milliseconds that the stream last asked to wait before reconnecting. */
  readonly retry?: number
}

export interface SseOptions {
  /** Bytes that one event may have, its comments apart. Default: 64 MiB. */
  readonly maxBytes?: number
}

/** Says why a stream cannot be read on. */
export class SseError extends Error {
  override readonly name = 'SseError'
}

export interface SseDecoder {
  /** The last event id so far, also of an event without data: where to go on after a break. */
  readonly id: string | undefined
  /** Milliseconds that the stream last asked to wait before reconnecting. */
  readonly retry: number | undefined
  /** Takes a chunk and gives the events that it completes; throws `SseError` once an event is too long. */
  push(chunk: Uint8Array | string): readonly SseEvent[]
}

/** Reads events out of chunks of any size, in time linear in their bytes. An event that the stream breaks off is dropped, as it should be. */
export function createSseDecoder(options: SseOptions = {}): SseDecoder {
  const { maxBytes = defaultMaxBytes } = options
  const utf8 = new TextDecoder('utf-8')
  const event = createEvent(maxBytes)
  // Parts of the line that has not ended yet: joined once, when it ends.
  let parts: string[] = []
  let held = 0
  let afterReturn = false
  let begun = false

  function take(chunk: string, found: SseEvent[]): void {
    const text = begun ? chunk : chunk.replace(/^\uFEFF/, '')
    begun ||= chunk.length > 0
    let start = afterReturn && text.charCodeAt(0) === newline ? 1 : 0
    if (text.length > 0) afterReturn = false
    // Each kind of end is searched for once, not once a line: a chunk may have only one of them, or none.
    let feed = text.indexOf('\n', start)
    let back = text.indexOf('\r', start)
    while (feed >= 0 || back >= 0) {
      const end = back < 0 || (feed >= 0 && feed < back) ? feed : back
      const rest = text.slice(start, end)
      const line = held === 0 ? rest : finish(rest)
      start = end + 1
      if (end === back) {
        if (start === text.length) afterReturn = true
        else if (start === feed) start += 1
        back = text.indexOf('\r', start)
      }
      if (feed >= 0 && feed < start) feed = text.indexOf('\n', start)
      const done = event.line(line)
      if (done) found.push(done)
    }
    if (start < text.length) hold(text.slice(start))
  }

  function hold(part: string): void {
    // A comment is ignored however long it is.
    if ((parts[0] ?? part).charCodeAt(0) === colon) {
      if (held === 0) parts.push(':')
      held = 1
      return
    }
    held += part.length
    if (held > maxBytes) throw tooLong(maxBytes)
    parts.push(part)
  }

  function finish(last: string): string {
    parts.push(last)
    const line = parts.join('')
    parts = []
    held = 0
    return line
  }

  return {
    get id() {
      return event.id
    },
    get retry() {
      return event.retry
    },
    push(chunk) {
      const found: SseEvent[] = []
      take(typeof chunk === 'string' ? chunk : utf8.decode(chunk, { stream: true }), found)
      return found
    },
  }
}

const defaultMaxBytes = 64 * 1024 * 1024
const newline = 0x0a
const colon = 0x3a

/** Collects the fields of one event after another. */
function createEvent(maxBytes: number) {
  let name = ''
  let data: string[] = []
  let size = 0
  let id: string | undefined
  // What `id` was when an event last ended: the id of one that was broken off does not count.
  let seen: string | undefined
  let retry: number | undefined

  function dispatch(): SseEvent | undefined {
    const event = name || 'message'
    seen = id
    const lines = data
    name = ''
    data = []
    size = 0
    if (lines.length === 0) return undefined
    return {
      event,
      data: lines.length === 1 ? (lines[0] ?? '') : lines.join('\n'),
      ...(id !== undefined && { id }),
      ...(retry !== undefined && { retry }),
    }
  }

  return {
    get id() {
      return seen
    },
    get retry() {
      return retry
    },
    /** Takes a line; an empty one completes the event. */
    line(line: string): SseEvent | undefined {
      if (line === '') return dispatch()
      const split = line.indexOf(':')
      if (split === 0) return undefined
      const field = split < 0 ? line : line.slice(0, split)
      const skip = line.charCodeAt(split + 1) === 0x20 ? 2 : 1
      const value = split < 0 ? '' : line.slice(split + skip)
      if (field === 'data') {
        // The line counts with its end, so that a million empty ones add up too.
        size += line.length + 1
        if (size > maxBytes) throw tooLong(maxBytes)
        data.push(value)
      } else if (field === 'event') name = value
      else if (field === 'id') {
        if (!value.includes('\0')) id = value
      } else if (field === 'retry' && /^\d{1,9}$/.test(value)) retry = Number(value)
      return undefined
    },
  }
}

function tooLong(maxBytes: number): SseError {
  return new SseError(`An event of the stream is longer than ${maxBytes} bytes`)
}
