import type { Id, Message } from '@lutra/core'

/**
 * Where a message of the server arrived: on the stream of one request, on the stream that belongs to
 * none, or on a pipe, which does not tell the two apart.
 */
export type Origin = 'pipe' | 'standing' | { readonly request: Id }

/** What a legacy session speaks over: a pipe, or HTTP with its many streams. */
export interface LegacyWire {
  /** Begins to give messages. `ended` is called once, when no more will come: with why, unless `close` was called. */
  start(listener: WireListener): void
  /** Sends a message. Rejects when it did not get through or, for a request, when no answer will come. */
  send(message: Message): Promise<void>
  /** Told once the handshake is done, of the revision that was agreed. */
  greeted?(version: string): void
  /** Forgets a session that the server no longer knows, so that a new handshake can follow. */
  reset?(): void
  close(): Promise<void>
}

export interface WireListener {
  receive(message: Message, origin: Origin): void
  ended(reason?: Error): void
  /** Called when the server turns out to have lost the session while nothing was being asked. */
  lost(): void
}

/** Says that the server no longer knows the session. */
export class SessionLostError extends Error {
  override readonly name = 'SessionLostError'
  /** Whether the server refused the message outright: it did nothing, and sending it again is safe. */
  readonly refused: boolean

  constructor(message: string, { refused, cause }: { refused: boolean; cause?: unknown }) {
    super(message, cause === undefined ? undefined : { cause })
    this.refused = refused
  }
}
