import type { AuthorizationServer, HttpRequestOptions } from 'oauth4webapi'
import type { CredentialStore, TokenSet } from './credentials.ts'

/** How an access token is got where none is held and none can be refreshed: the part in which the ways in differ. */
export interface Grant {
  /** Whether a person takes part. Step-up is tried for those; a program that lacks a scope is told so. */
  readonly interactive: boolean
  /** Whether it only says where a person could sign in: it may do so even after they have signed out. */
  readonly sendsAway?: boolean
  /** The authorization servers that it has credentials for, where they are known: chosen among several of a server. */
  readonly issuers?: readonly string[]
  obtain(need: Need): Promise<TokenSet>
  /** Makes new tokens of those that are about to expire. Undefined where that cannot be. Default: by the refresh token, as the client that they were issued to. */
  refresh?(need: Need, tokens: TokenSet): Promise<TokenSet | undefined>
}

/** What is known when a token is needed. Everything in it was checked. */
export interface Need {
  /** The server that is to be used, as the user named it. */
  readonly server: URL
  /** The canonical resource identifier: goes into every request for a token. */
  readonly resource: string
  /** The authorization server, by its validated metadata. */
  readonly authorizationServer: AuthorizationServer
  /** The scopes to ask for, separated by spaces; undefined: leave it out. */
  readonly scope: string | undefined
  /** Whether the server says that it takes no tokens but those that are bound to a key. */
  readonly bound?: boolean
  readonly store: CredentialStore
  readonly warn: (message: string) => void
  readonly signal?: AbortSignal | undefined
  /** The guarded fetch. */
  readonly fetch: typeof globalThis.fetch
  /** Throws `AuthError` `unsafe_url` for addresses that no server may lead a program, or the browser of a person, to. */
  check?(url: URL): void
  /**
   * Runs a request to the token endpoint with the options that `oauth4webapi` needs (guarded fetch, signal, DPoP), once more where
   * the server asks for a DPoP nonce.
   */
  request<T>(send: (options: TokenRequestOptions) => Promise<T>): Promise<T>
}

export type TokenRequestOptions = HttpRequestOptions<'POST', URLSearchParams> & {
  readonly DPoP?: import('oauth4webapi').DPoPHandle
}
