/** Says that a server sent something that the protocol does not allow where it came. Nothing of it was used. */
export class InvalidResponseError extends Error {
  override readonly name = 'InvalidResponseError'
}

/** Says that the way to the server is gone: refused, broken off, or closed. Whether a call took effect is unknown. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  /** Whether there is no use in trying again: the connection was closed for good. */
  readonly final: boolean

  constructor(message: string, options: { cause?: unknown; final?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.final = options.final ?? false
  }
}

/** Says that a call took longer than it may. The server was told to stop. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
}
