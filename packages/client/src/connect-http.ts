/** See /specification/2026-07-28/basic/transports/streamable-http#backward-compatibility */
import type { Connection } from '@lutra/core'
import { AuthError } from './auth/auth-error.ts'
import { type Attempt, ConnectError } from './era/connect-error.ts'
import { isModernError, isUnderstandingError, statusOf } from './era/evidence.ts'
import type { EraOptions } from './era/options.ts'
import { verdictsOf, type Way } from './era/verdict.ts'
import { connectHttp as connectModern, readUrl } from './http/connect-http.ts'
import { createSender } from './http/sender.ts'
import { connectLegacyHttp } from './legacy/http.ts'
import { connectLegacySse } from './legacy/sse.ts'
import { type HttpOptions, warnBy } from './options.ts'

export { ConnectError } from './era/connect-error.ts'
export type { EraOptions } from './era/options.ts'

/** Connects to a server over HTTP, in whichever era it speaks. */
export async function connectHttp(
  url: string | URL,
  options: HttpOptions & EraOptions = {},
): Promise<Connection> {
  const target = readUrl(url, options)
  const place = `${target.origin}${target.pathname}`
  const verdicts = verdictsOf(place, options)
  const tried: Attempt[] = []
  const { auth, fetch } = options
  const authorized = auth?.({ server: target, fetch, warn: warnBy(options) })
  // One for all ways: who has signed in on the first is signed in on the second.
  const ready = { ...options, ...(authorized && { authorized, auth: () => authorized }) }
  for (const way of waysOf(options, await verdicts.read())) {
    if (!leadsOn(way, tried)) continue
    try {
      const connection = await connectors[way](target, ready)
      // Who insists on the older era finds out nothing: most servers that speak it speak the newer one too.
      if (options.era !== 'legacy') await verdicts.write(way)
      return connection
    } catch (error) {
      options.signal?.throwIfAborted()
      // It says what to do, and no other way would get in.
      if (error instanceof AuthError) throw error
      tried.push({ what: descriptions[way], error })
    }
  }
  throw new ConnectError(place, tried)
}

const connectors = {
  modern: (url: URL, options: HttpOptions) => connectModern(url, options, createSender(options)),
  legacy: connectLegacyHttp,
  sse: connectLegacySse,
} satisfies Record<Way, unknown>

const descriptions: Record<Way, string> = {
  modern: 'server/discover (modern, 2026-07-28)',
  legacy: 'initialize over Streamable HTTP (legacy, 2025-03-26 and later)',
  sse: 'GET for an event stream (legacy, HTTP+SSE of 2024-11-05)',
}

function waysOf({ era = 'auto' }: EraOptions, known: Way | undefined): readonly Way[] {
  if (era === 'modern') return ['modern']
  const ways: readonly Way[] = era === 'legacy' ? ['legacy', 'sse'] : ['modern', 'legacy', 'sse']
  return known && ways.includes(known) ? [known, ...ways.filter((way) => way !== known)] : ways
}

/** Whether another way makes sense after what was tried. */
function leadsOn(way: Way, tried: readonly Attempt[]): boolean {
  const last = tried.at(-1)?.error
  if (last === undefined) return true
  if (!tried.every(({ error }) => isUnderstandingError(error))) return false
  // A server that speaks of modern things is modern, whatever it did not like.
  if (tried.some(({ error }) => isModernError(error))) return way === 'modern'
  // The oldest transport answers a POST to its stream's address by a status alone.
  return way !== 'sse' || tried.every(({ error }) => statusOf(error) !== undefined)
}
