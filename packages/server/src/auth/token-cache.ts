/** The tokens that were checked a moment ago. */
import type { Auth } from '@lutra/core'
import { createRecentMap } from '../http/recent-map.ts'
import type { Bound } from './dpop.ts'

/** A token that is good. */
export interface Entry {
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
  keep(header: string, entry: Entry, mark: number): void
  mark(): number
  entries(): Iterable<Entry>
  /** How many were forgotten. */
  drop(which: Dropping): number
}

/** Remembers by the whole header, so that a request with a known token costs one look. */
export function createTokenCache(max: number): TokenCache {
  const kept = createRecentMap<Entry>(max)
  let drops = 0
  return {
    get: kept.get,
    keep(header, entry, mark) {
      if (mark === drops) kept.set(header, entry)
    },
    mark: () => drops,
    *entries() {
      for (const [, entry] of kept.entries()) yield entry
    },
    drop(which) {
      drops += 1
      const found = new Set<string>()
      for (const [header, entry] of kept.entries()) if (isMeant(which, entry)) found.add(header)
      for (const header of found) kept.delete(header)
      return found.size
    },
  }
}

function isMeant(which: Dropping, { token, auth }: Entry): boolean {
  if ('token' in which) return which.token === token
  if ('subject' in which) return which.subject === auth.subject
  if ('clientId' in which) return which.clientId === auth.clientId
  return which.matches(auth)
}
