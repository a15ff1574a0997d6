import type { ClientCapabilities, Implementation, InputRequest, Params } from '@lutra/core'

/** Gives the bare result with which a question is answered. */
export type AnswerQuestion = (
  question: InputRequest,
  signal: AbortSignal,
) => Promise<Readonly<Record<string, unknown>>>

/** What a legacy session is opened with. */
export interface LegacyOptions {
  /** Who this client says it is. */
  readonly info?: Implementation | undefined
  /** What this client says it can do. A legacy server is told once, in the handshake. */
  readonly capabilities?: ClientCapabilities | undefined
  /** Answers what the server asks outside any call, or of a caller who cannot answer. */
  readonly answer?: AnswerQuestion | undefined
  /** Told of log messages that belong to no call which asked for them. */
  readonly onLog?: ((message: Params) => void) | undefined
  /** Told of what went wrong without failing a call. */
  readonly onWarning?: ((warning: Error) => void) | undefined
  /** Milliseconds that the handshake may take. Default: 30 s. */
  readonly handshakeTimeoutMs?: number | undefined
  /** Ends the handshake when it aborts. */
  readonly signal?: AbortSignal | undefined
  readonly park?: ParkOptions | undefined
}

/** Bounds of the calls that wait for their caller to come back with answers. */
export interface ParkOptions {
  /** How many may wait at once. Default: 256. */
  readonly max?: number | undefined
  /** Milliseconds that each may wait. Default: 10 minutes. */
  readonly ttlMs?: number | undefined
}
