/** Where the browser comes back to, on this machine. See RFC 8252 section 7.3 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { AuthError } from '../auth-error.ts'
import { listenOn, placeOf } from './listen.ts'
import { foreignPage, type Page, pageHeaders, pageOf, printPage } from './loopback-page.ts'

export interface LoopbackOptions {
  /** Where to come back to, as it was registered: http on loopback, any free port where it names none. Default: `http://127.0.0.1/callback`. */
  readonly redirectUri?: string | undefined
  /** Redirect URIs that were registered before: their ports are taken where they are free. */
  readonly before?: readonly string[] | undefined
  /** What the page calls this program. Default: `The program`. */
  readonly name?: string | undefined
  /** Milliseconds until nobody is waited for any more. Default: 5 minutes. */
  readonly timeoutMs?: number | undefined
}

/** What is known of the answer that is waited for. */
export interface Awaited {
  /** The page that the person was sent to: an answer has to have its `state`. */
  readonly url?: URL
  /** Who the answer has to be from for the page to repeat what it says. */
  readonly issuer?: string
}

/** A listener for one answer. */
export interface Loopback {
  readonly redirectUri: string
  /** The URL that the person came back by; others are sent away. Rejects with `AuthError` `cancelled` where nobody comes. */
  arrived(signal: AbortSignal, awaited?: Awaited): Promise<URL>
  /** Stops listening at once. */
  close(): void
}

/** Opens a place on this machine for a browser to come back to. */
export async function openLoopback(options: LoopbackOptions = {}): Promise<Loopback> {
  const { name = 'The program', timeoutMs = 5 * 60_000 } = options
  let take: ((url: URL) => Page | undefined) | undefined
  let here: URL | undefined
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const url = here && requestedOf(request, here)
    if (typeof url !== 'object') return answer(response, url ?? 404, foreignPage)
    const page = take?.(url)
    return answer(response, page ? 200 : 400, page ?? foreignPage)
  }
  const place = placeOf(options)
  const { servers, port } = await listenOn(place, () => quickServer(onRequest))
  here = new URL(place.redirectUri)
  here.port = String(port)
  // Some compare to the letter, and were told of no path.
  const redirectUri = place.redirectUri.endsWith('/') ? here.href : here.href.replace(/\/$/, '')

  return {
    redirectUri,
    arrived: (signal, awaited = {}) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => end(() => reject(late(timeoutMs))), timeoutMs)
        const abort = () => end(() => reject(signal.reason))
        if (signal.aborted) return abort()
        signal.addEventListener('abort', abort, { once: true })
        take = (url) => {
          if (!isAnswer(url.searchParams, awaited)) return undefined
          // The first one counts. It is on its way to the browser before anybody closes this.
          end(() => setImmediate(resolve, url))
          return pageOf(url.searchParams, name, isFrom(url.searchParams, awaited))
        }
        function end(settle: () => void): void {
          take = undefined
          clearTimeout(timer)
          signal.removeEventListener('abort', abort)
          settle()
        }
      }),
    close() {
      for (const server of servers) closeSoon(server)
    },
  }
}

function quickServer(onRequest: (request: IncomingMessage, response: ServerResponse) => void) {
  return createServer(
    { requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 32_768 },
    onRequest,
  )
}

/** The URL of a request, or the status for one that cannot be from a browser that an authorization server has sent here. */
function requestedOf({ method, headers, url }: IncomingMessage, here: URL): URL | number {
  // A name that was made to come to this machine is still another name.
  if (headers.host !== here.host) return 421
  if (method !== 'GET') return 405
  // Browsers say what a page asks for behind the person's back.
  if ((headers['sec-fetch-dest'] ?? 'document') !== 'document' || headers['sec-purpose']) return 403
  const text = `${here.origin}${url}`
  if (!url?.startsWith('/') || !URL.canParse(text)) return 404
  const requested = new URL(text)
  return requested.pathname === here.pathname ? requested : 404
}

function isAnswer(query: URLSearchParams, { url }: Awaited): boolean {
  const once = ['state', 'code', 'error', 'iss'].every((name) => query.getAll(name).length <= 1)
  const state = url?.searchParams.get('state') ?? undefined
  if (!once || query.has('code') === query.has('error')) return false
  return state === undefined || query.get('state') === state
}

function isFrom(query: URLSearchParams, { issuer }: Awaited): boolean {
  const said = query.get('iss')
  return said === null || said === issuer
}

function answer(response: ServerResponse, status: number, page: Page): void {
  response.writeHead(status, pageHeaders).end(printPage(page))
}

function late(timeoutMs: number): AuthError {
  const minutes = Math.max(1, Math.round(timeoutMs / 60_000))
  return new AuthError(
    'cancelled',
    `Nobody came back from signing in within ${minutes} min: try again`,
  )
}

function closeSoon(server: Server): void {
  server.close()
  server.closeIdleConnections()
  // The page that is on its way gets through; whoever hangs on does not.
  setTimeout(() => server.closeAllConnections(), 1000).unref()
}
