import type { HttpResponse } from './exchange.ts'

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
    },
  ) {
    super(message)
    this.status = about.status
    this.excerpt = about.excerpt ?? ''
    const { wwwAuthenticate, retryAfterMs } = about
    if (wwwAuthenticate !== undefined) this.wwwAuthenticate = wwwAuthenticate
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs
  }
}

/** The error about a response that carries no message: what the server said, and what may help. */
export function httpErrorOf(response: HttpResponse, text: string): HttpError {
  const { status } = response
  const excerpt = excerptOf(text)
  const said = excerpt ? `: ${excerpt}` : ''
  const hint = hints.get(status) ?? (status >= 500 ? 'try again later' : undefined)
  const type = response.header('content-type') ?? 'no content type'
  const what = status < 300 ? `HTTP ${status} with ${type} in place of a message` : `HTTP ${status}`
  return new HttpError(`${what}${said}${hint ? ` (${hint})` : ''}`, {
    status,
    excerpt,
    wwwAuthenticate: response.header('www-authenticate'),
    retryAfterMs: retryAfterOf(response.header('retry-after')),
  })
}

const elsewhere = 'no MCP endpoint is here; check the path'
const hints: ReadonlyMap<number, string> = new Map([
  [200, elsewhere],
  [401, 'the server asks for authorization; give `token` or `auth`'],
  [403, 'the token does not allow this, or the server does not take this origin'],
  [404, elsewhere],
  [405, elsewhere],
])

function excerptOf(text: string): string {
  // Nothing in it may move a terminal's cursor or fill a log.
  const plain = text.slice(0, 2000).replaceAll(/<[^>]*>|[\p{Cc}\p{Cf}\s]+/gu, ' ')
  return plain.replaceAll(/ {2,}/g, ' ').trim().slice(0, 300)
}

function retryAfterOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
