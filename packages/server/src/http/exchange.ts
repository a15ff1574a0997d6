/**
 * HTTP as plain values: what the doors (`fetch`, `node:http`) hand in and get back.
 * Neither web streams nor Node's are known inside.
 */
import type { Auth } from '@lutra/core'

/** What is known of a request before its body was read. */
export interface HttpHead {
  readonly method: string
  /** Path and query. */
  readonly url: string
  /** By lowercase name; several values joined by a comma. */
  readonly header: (name: string) => string | undefined
  /** Whether the connection came over the loopback interface. Absent where nobody knows. */
  isLocal?(): boolean
}

export interface HttpRequest extends HttpHead {
  /** The whole body, already held to the size limit. */
  readonly body: Uint8Array | undefined
  /** The body as a framework has parsed it, where one has; `body` is not looked at then. */
  readonly parsed?: unknown
  readonly auth?: Auth | undefined
  /** Calls `listen` once when the client is gone before the reply was complete. */
  onGone(listen: () => void): void
}

export type HttpReply = PlainReply | StreamReply

export interface PlainReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface StreamReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Called once, when the status line is out: from then on text goes to the sink. */
  stream(sink: Sink): void
}

/** The open end of a stream reply. Bounded: a reader that falls too far behind is cut off. */
export interface Sink {
  /** False when nothing can be written any more. */
  write(text: string): boolean
  end(): void
}

/** One HTTP exchange. */
export type Door = (request: HttpRequest) => Promise<HttpReply>

/** What is settled before a body is read: a reply for a request that must go no further. */
export type Guard = (head: HttpHead) => PlainReply | undefined

/** Takes what carries no modern claim: `message` is the parsed body of a POST, else undefined. */
export type LegacyDoor = (request: HttpRequest, message: unknown) => Promise<HttpReply>
