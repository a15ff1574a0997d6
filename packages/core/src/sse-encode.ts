/** Server-sent events, the sending side. See https://html.spec.whatwg.org/multipage/server-sent-events.html */

export interface SseFields {
  readonly data: string
  readonly event?: string
  readonly id?: string
  /** Milliseconds after which a reader that lost the stream comes again. */
  readonly retry?: number
}

/** Writes one event. Data may have many lines; a line break in another field is a mistake of the caller. */
export function encodeEvent({ data, event, id, retry }: SseFields): string {
  let text = ''
  if (event !== undefined) text += `event: ${oneLine('event', event)}\n`
  if (id !== undefined) text += `id: ${oneLine('id', id)}\n`
  if (retry !== undefined) text += `retry: ${Math.trunc(retry)}\n`
  return `${text}${dataLines(data)}\n`
}

/** Writes a JSON text as the protocol frames a message: JSON has no raw line break, so that one line does. */
export function encodeMessageEvent(json: string): string {
  return `event: message\ndata: ${json}\n\n`
}

/** A comment that keeps an idle stream open. */
export const keepAlive = ':\n\n'

function dataLines(data: string): string {
  if (!lineBreak.test(data)) return `data: ${data}\n`
  return data
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}\n`)
    .join('')
}

const lineBreak = /[\r\n]/

function oneLine(field: string, value: string): string {
  if (lineBreak.test(value) || value.includes('\0')) {
    throw new TypeError(`An SSE ${field} must not contain a line break or a NUL`)
  }
  return value
}
