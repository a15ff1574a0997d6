/** An HTTP request to a server. */
export interface HttpRequest {
  readonly method: 'POST' | 'GET' | 'DELETE'
  readonly url: URL
  /** By lowercase name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Breaks the exchange off, whatever stage it has reached. */
  readonly signal: AbortSignal
}

/** What came back, with its body still to be read, once. */
export interface HttpResponse {
  readonly status: number
  /** Reads a header by its lowercase name. */
  header(name: string): string | undefined
  /** The whole body; throws `InvalidResponseError` where it is longer than `maxBytes`. */
  text(maxBytes: number): Promise<string>
  /** The body as it comes. */
  chunks(): AsyncIterable<Uint8Array>
  /** Lets go of a body that nobody reads on. */
  discard(): void
}

/** The one way in which bytes leave for a server and come back. Redirects are not followed. */
export interface HttpSender {
  /** Rejects with the reason of the signal, or with `ConnectionError` where no response came. */
  send(request: HttpRequest): Promise<HttpResponse>
  /** Breaks off what is under way and lets go of idle connections. */
  close(): void
}
