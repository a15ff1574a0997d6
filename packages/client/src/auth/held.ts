import type { CredentialStore, KnownServer, TokenSet } from './credentials.ts'
import { createShelf } from './shelf.ts'

/** Tokens in hand, ready to be sent. */
export interface Held {
  readonly tokens: TokenSet
  readonly issuer: string
  readonly resource: string
  /** The scopes that were ever asked for at this issuer. */
  readonly asked: string | undefined
  /** The headers of a plain bearer token, made once. */
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds since the epoch from which on they should be renewed. */
  readonly renewAt: number
}

export type Memo = ReturnType<typeof createMemo>

/** Keeps tokens of one server at hand, and all that is worth keeping in the store. */
export function createMemo(server: URL, store: CredentialStore, warn: (message: string) => void) {
  const shelf = createShelf(server, store)
  const { known, tokensOf, isSignedOut } = shelf
  let held: Held | undefined

  function hold(known: KnownServer, tokens: TokenSet): Held {
    held = {
      tokens,
      issuer: known.issuer,
      resource: known.resource,
      asked: known.scope,
      headers: { authorization: `${tokens.tokenType} ${tokens.accessToken}` },
      renewAt: renewalOf(tokens),
    }
    return held
  }

  return {
    get held() {
      return held
    },
    known,
    isSignedOut,
    tokensOf,
    hold,
    /** Takes up what an earlier connection has left, if anything. */
    async recall(): Promise<Held | undefined> {
      const server = await known()
      const tokens = server && (await tokensOf(server))
      return tokens && hold(server, tokens)
    },
    /** Keeps new tokens. They are in the store before anybody uses them: what they replace may be void by now. */
    async keep(known: KnownServer, tokens: TokenSet): Promise<Held> {
      try {
        await shelf.keep(known, tokens)
      } catch (error) {
        // They are good all the same, and may be the only ones left.
        const why = error instanceof Error ? error.message : String(error)
        warn(
          `The tokens for ${server.origin} could not be kept, and last no longer than this process: ${why}`,
        )
      }
      return hold(known, tokens)
    },
    /** Has nothing in hand any more; what the store has stays there. */
    drop(): void {
      held = undefined
    },
    /** Forgets tokens that are of no use any more. */
    async forget(known: KnownServer): Promise<void> {
      held = undefined
      await shelf.forget(known)
    },
  }
}

/** Whether a token may still be sent. */
export function isAlive({ expiresAt }: TokenSet): boolean {
  return expiresAt === undefined || expiresAt > Date.now()
}

// Long enough for a request that is under way, short enough for tokens that live for minutes.
const aheadMs = 30_000

function renewalOf({ expiresAt }: TokenSet): number {
  if (expiresAt === undefined) return Number.POSITIVE_INFINITY
  const left = expiresAt - Date.now()
  return expiresAt - Math.min(aheadMs, left / 5)
}
