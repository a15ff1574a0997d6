/** A server answered with an HTTP status in place of a message of the protocol. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number
  /** The beginning of what the server said. Untrusted text. */
  readonly excerpt: string
  /** The challenge of a 401 or 403: which authorization is asked for. */
  readonly wwwAuthenticate?: string
  /** Milliseconds after which the server says to come again. */
  readonly retryAfterMs?: number

  constructor(
    message: string,
    about: {
      status: number
      excerpt?: string
      wwwAuthenticate?: string | undefined
      retryAfterMs?: number | undefined
      cause?: unknown
    },
  ) {
    super(message, about.cause === undefined ? undefined : { cause: about.cause })
    this.status = about.status
    this.excerpt = about.excerpt ?? ''
    if (about.wwwAuthenticate !== undefined) this.wwwAuthenticate = about.wwwAuthenticate
    if (about.retryAfterMs !== undefined) this.retryAfterMs = about.retryAfterMs
  }
}
