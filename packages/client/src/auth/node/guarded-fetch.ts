/** Requests to what peers have named. See /specification/2026-07-28/basic/security_best_practices#server-side-request-forgery-ssrf */
import { raceAbort } from '@lutra/core/wait'
import { createUrlGuard, type GuardRules, type UrlGuard } from '../url-guard.ts'
import { addressesOf, type Lookup } from './addresses.ts'
import { exchange, type Sent } from './exchange.ts'

/** What a guarded fetch may reach, and within which bounds. */
export interface GuardOptions extends GuardRules {
  /** The most bytes of an answer's body. Default: 1 MiB. */
  readonly maxBytes?: number
  /** Milliseconds for all of it, redirects included. Default: 30,000. */
  readonly timeoutMs?: number
  /** Milliseconds to look a name up and connect. Default: 10,000. */
  readonly connectTimeoutMs?: number
  /** Redirects that are followed. Default: 3. */
  readonly maxRedirects?: number
  /** Finds the addresses of names in place of the system. */
  readonly lookup?: Lookup
  /** Certificates, as PEM, that servers are trusted by in place of those of the system. */
  readonly ca?: string | readonly string[]
}

/** A fetch for URLs that peers have named: it connects to no address but the one that was checked, and ends within bounds. */
export function guardedFetch(options: GuardOptions = {}): typeof fetch {
  const guard = createUrlGuard(options)
  const { maxBytes = 1024 * 1024, timeoutMs = 30_000, connectTimeoutMs = 10_000 } = options
  const { maxRedirects = 3, lookup, ca } = options

  async function once(url: URL, sent: Sent, signal: AbortSignal): Promise<Response> {
    const connect = AbortSignal.timeout(connectTimeoutMs)
    const looking = AbortSignal.any([signal, connect])
    const addresses = await raceAbort(addressesOf(url, guard, lookup), looking)
    return exchange({ ...sent, url, addresses, guard, signal, connect }, { maxBytes, ca })
  }

  return async (input, init = {}) => {
    const first = guard.check(input instanceof Request ? input.url : input)
    const request = new Request(input instanceof Request ? input : first, init)
    const clock = AbortSignal.timeout(timeoutMs)
    const signal = AbortSignal.any([request.signal, clock])
    let url = first
    let sent = await sentBy(request)
    try {
      for (let hop = 0; ; hop++) {
        const response = await once(url, sent, signal)
        const next = request.redirect === 'manual' ? undefined : locationOf(response, url, guard)
        if (!next) return response
        assertFollowed(request, url, hop < maxRedirects)
        if (next.origin !== url.origin) sent = { ...sent, headers: acceptOf(sent.headers) }
        url = next
      }
    } catch (error) {
      if (request.signal.aborted) throw request.signal.reason
      if (!isTimeout(error)) throw error
      const ms = clock.aborted ? timeoutMs : connectTimeoutMs
      const what = clock.aborted ? 'answer' : 'connect'
      throw new TypeError(`${url.origin} took longer than ${ms} ms to ${what}`, { cause: error })
    }
  }
}

async function sentBy(request: Request): Promise<Sent> {
  const body = request.body ? new Uint8Array(await request.arrayBuffer()) : undefined
  return { method: request.method, headers: new Headers(request.headers), body }
}

const redirects = new Set([301, 302, 303, 307, 308])

function locationOf(response: Response, from: URL, guard: UrlGuard): URL | undefined {
  const location = response.headers.get('location')
  if (location === null || !redirects.has(response.status)) return undefined
  return guard.check(URL.canParse(location, from.href) ? new URL(location, from) : location)
}

function assertFollowed({ method, redirect }: Request, from: URL, further: boolean): void {
  if (redirect === 'error') throw new TypeError(`${from.origin} redirects, which is not expected`)
  // What goes out by POST is secret more often than not: a server has no say in who gets it.
  if (method !== 'GET' && method !== 'HEAD') {
    throw new TypeError(`${from.origin} redirects a ${method}, which is not followed`)
  }
  if (!further) throw new TypeError(`${from.origin} redirects once too often`)
}

/** The only header that another origin gets. */
function acceptOf(headers: Headers): Headers {
  const accept = headers.get('accept')
  return new Headers(accept === null ? {} : { accept })
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}
