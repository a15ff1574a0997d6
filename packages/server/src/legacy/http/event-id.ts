/** The ids of events: which stream of the session, and which event of it. */

/** What a stream carries: the answer to a POST, or announcements. */
export type StreamKind = 'call' | 'announcements'

export interface EventId {
  readonly kind: StreamKind
  readonly streamId: string
  readonly seq: number
}

/** A fresh stream id, which no other stream of any session has. */
export function createStreamId(kind: StreamKind): string {
  return `${kind === 'call' ? 'c' : 'a'}${crypto.randomUUID()}`
}

export function kindOf(streamId: string): StreamKind {
  return streamId.startsWith('c') ? 'call' : 'announcements'
}

export function printEventId(streamId: string, seq: number): string {
  return `${streamId}.${seq}`
}

/** Reads what a client sent as `Last-Event-ID`; undefined where no stream of this server has such ids. */
export function parseEventId(text: string): EventId | undefined {
  const [, letter, uuid, seq] = form.exec(text) ?? []
  if (letter === undefined || uuid === undefined || seq === undefined) return undefined
  const streamId = letter + uuid
  return { kind: kindOf(streamId), streamId, seq: Number(seq) }
}

const form = /^([ac])([0-9a-f-]{36})\.(\d{1,9})$/
