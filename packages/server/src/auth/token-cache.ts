/** The tokens that were checked a moment ago. */
import type { Auth } from '@lutra/core'
import { createRecentMap } from '../http/recent-map.ts'
import type { Bound } from './dpop.ts'

/** A token that is good. */
export interface Entry {
  /** The whole header that brought it. */
  readonly header: string
  readonly token: string
  readonly auth: Auth
  /** Milliseconds since 1970 from which it is to be checked again. */
  readonly until: number
  /** The key that it is bound to, which each request has to prove. */
  readonly bound: Bound | undefined
  /** Scopes that every caller needs and this one does not have. */
  readonly lacks: boolean
}

/** Which tokens to forget: one, or all of a subject, of a client, or of whatever `matches`. */
export type Dropping =
  | { readonly token: string }
  | { readonly subject: string }
  | { readonly clientId: string }
  | { readonly matches: (auth: Auth) => boolean }

export interface TokenCache {
  get(header: string): Entry | undefined
  /** Keeps an entry, unless something was dropped since `mark`: it may have been meant. */
  keep(entry: Entry, mark: number): void
  mark(): number
  entries(): Iterable<Entry>
  /** How many were forgotten. */
  drop(which: Dropping): number
}

/**
 * Remembers by the end of the header, where tokens differ, and holds all of it to the one that was kept: to hash a whole token
 * again for each request would cost more than all else that is done about a known one.
 */
export function createTokenCache(max: number): TokenCache {
  const kept = createRecentMap<Entry>(max)
  let drops = 0
  return {
    get(header) {
      const entry = kept.get(endOf(header))
      return entry?.header === header ? entry : undefined
    },
    keep(entry, mark) {
      if (mark === drops) kept.set(endOf(entry.header), entry)
    },
    mark: () => drops,
    *entries() {
      for (const [, entry] of kept.entries()) yield entry
    },
    drop(which) {
      drops += 1
      const found = new Set<string>()
      for (const [end, entry] of kept.entries()) if (isMeant(which, entry)) found.add(end)
      for (const end of found) kept.delete(end)
      return found.size
    },
  }
}

function endOf(header: string): string {
  return header.slice(-64)
}

function isMeant(which: Dropping, { token, auth }: Entry): boolean {
  if ('token' in which) return which.token === token
  if ('subject' in which) return which.subject === auth.subject
  if ('clientId' in which) return which.clientId === auth.clientId
  return which.matches(auth)
}
