import type { CredentialStore, KnownServer, TokenSet } from './credentials.ts'

/** What could not be written. */
interface Unkept {
  readonly known: KnownServer
  readonly tokens: TokenSet
  /** The access token that the store has in its place. */
  readonly instead: string | undefined
}

/** The place of one server's tokens in a store, which may be full or away: what came last counts, whether or not it got there. */
export function createShelf(server: URL, store: CredentialStore) {
  const serverKey = { kind: 'server', url: server.href } as const
  let unkept: Unkept | undefined
  /** The access token that the store was last seen to have. */
  let seen: string | undefined
  let wasKnown = false

  async function storedOf(known: KnownServer): Promise<TokenSet | undefined> {
    const stored = await store.get(tokensKey(known))
    seen = stored?.accessToken
    // Somebody has written, or signed out, since.
    if (seen !== unkept?.instead) unkept = undefined
    return stored
  }

  return {
    /** Who issues tokens for this server, as far as anybody who shares the store has found out. */
    async known(): Promise<KnownServer | undefined> {
      const found = await store.get(serverKey)
      if (found) wasKnown = true
      if (unkept) await storedOf(unkept.known)
      return unkept?.known ?? found
    },
    /** Whether somebody has signed out since it was known who issues tokens. */
    isSignedOut: (known: KnownServer | undefined) => wasKnown && known === undefined,
    async tokensOf(known: KnownServer): Promise<TokenSet | undefined> {
      const stored = await storedOf(known)
      return unkept && isSamePlace(unkept.known, known) ? unkept.tokens : stored
    },
    async keep(known: KnownServer, tokens: TokenSet): Promise<void> {
      // Until all is written: where refresh tokens are good once, what the store has is void by now.
      unkept = { known, tokens, instead: seen }
      await store.set(tokensKey(known), tokens)
      seen = tokens.accessToken
      unkept = { known, tokens, instead: seen }
      await store.set(serverKey, known)
      wasKnown = true
      unkept = undefined
    },
    /** Forgets tokens that are of no use any more. */
    async forget(known: KnownServer): Promise<void> {
      unkept = undefined
      seen = undefined
      await store.delete(tokensKey(known))
    },
  }
}

interface TokenPlace {
  readonly issuer: string
  readonly resource: string
}

/** Whether two are of one issuer, for one resource. */
export function isSamePlace(one: TokenPlace, other: TokenPlace): boolean {
  return one.issuer === other.issuer && one.resource === other.resource
}

function tokensKey({ issuer, resource }: TokenPlace) {
  return { kind: 'tokens', issuer, resource } as const
}
