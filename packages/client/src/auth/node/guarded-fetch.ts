import type { GuardRules } from '../url-guard.ts'

export interface GuardOptions extends GuardRules {
  /** The most bytes of an answer's body. Default: 1 MiB. */
  readonly maxBytes?: number
  /** Milliseconds for the whole exchange, redirects included. Default: 30,000. */
  readonly timeoutMs?: number
  /** Milliseconds to look a name up and connect. Default: 10,000. */
  readonly connectTimeoutMs?: number
  /** Redirects that are followed. Default: 3. */
  readonly maxRedirects?: number
  /** Finds the addresses of a name in place of the system. */
  readonly lookup?: Lookup
}

/** Finds all addresses of a name. */
export type Lookup = (hostname: string) => Promise<readonly string[]>

/** A fetch for URLs that peers have named: it connects to no address but the one that was checked, and ends in bounds. */
export function guardedFetch(_options: GuardOptions = {}): typeof fetch {
  throw new TypeError('Not built yet')
}
