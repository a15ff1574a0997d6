/** What {@link bearer} takes. See /specification/2026-07-28/basic/authorization#access-token-usage */
import type { Auth, Store } from '@lutra/core'
import type { Keys } from '@lutra/core/seal'
import type { JSONWebKeySet } from 'jose'
import type { HttpHead } from '../http/exchange.ts'

/** What a token says of itself. */
export type Claims = Readonly<Record<string, unknown>>

/** How what a token says is read. */
export interface ReadingOptions {
  /**
   * Whom tokens must be for. Default: the `resource`. For authorization servers that know this server under another name, as the
   * "API identifier" of a console; or a function for rules that no list can say.
   */
  readonly audience?: string | readonly string[] | ((claims: Claims) => boolean)
  /** The scopes of a token. Default: those in `scope` and `scp`. */
  readonly scopesOf?: (claims: Claims) => readonly string[]
  /** Whom a token speaks for. Default: `sub`. */
  readonly subjectOf?: (claims: Claims) => string | undefined
  /** The client that holds a token. Default: `client_id`, else `azp`. */
  readonly clientIdOf?: (claims: Claims) => string | undefined
  /** A rule of your own: says in a few words why a token is refused, or nothing. */
  readonly refuses?: (claims: Claims) => string | undefined
}

/** An authorization server whose tokens are taken. */
export interface IssuerOptions extends ReadingOptions {
  /** As in `iss` and in its metadata, to the letter: `https://auth.example.com/`. */
  readonly issuer: string
  /** Whether an `iss` is one of its names, for those that write their tenants into it. Default: only `issuer`. */
  readonly accepts?: (iss: string, claims: Claims) => boolean
  /** What clients are told to go to. Default: `issuer`; `false`: they are told nothing of it. */
  readonly authorizationServer?: string | false
  /** Where its keys are. Default: what its metadata says. */
  readonly jwksUri?: string
  /** Its public keys themselves, where they are not to be fetched. */
  readonly jwks?: JSONWebKeySet
  /** Signature algorithms that are taken: asymmetric ones only. Default: RS, PS and ES with 256 to 512 bits, and Ed25519. */
  readonly algorithms?: readonly string[]
  /** The `typ` that its tokens have. Default: `at+jwt`, `JWT` or none. */
  readonly types?: readonly string[]
  /** Checks tokens that are no JWTs, for an issuer with such: its JWTs, if any, are still checked by its keys. */
  readonly verify?: Verify
  /** Which tokens `verify` is asked about: `(token) => token.startsWith('gho_')`. Default: all that are no JWTs. */
  readonly recognizes?: (token: string) => boolean
}

/**
 * Finds out whom a token speaks for: undefined where it is not good. Claims named `exp`, `nbf`, `aud` and `cnf` are heeded.
 * The answer is kept for the token, at most for `cache.seconds`: with 0 where it depends on more than the token.
 */
export type Verify = (
  token: string,
  head: HttpHead,
) => Verified | undefined | Promise<Verified | undefined>

/** What a function of yours says of a token. */
export type Verified = Pick<Auth, 'subject'> & Partial<Auth>

/** An authorization server that is asked about each token. See RFC 7662. */
export interface IntrospectionOptions extends ReadingOptions {
  /** The authorization server, as its tokens and its metadata name it. */
  readonly issuer: string
  /** What clients are told to go to. Default: `issuer`; `false`: they are told nothing of it. */
  readonly authorizationServer?: string | false
  /** Where it is asked. */
  readonly endpoint: string
  /** As whom. */
  readonly clientId: string
  readonly clientSecret: string
  /** How id and secret are sent: in the header or in the body. Default: `basic`. */
  readonly authMethod?: 'basic' | 'post'
}

/** A key that a caller sends as `Authorization: Bearer KEY`, and whom it speaks for. */
export interface ApiKey extends Pick<Auth, 'subject'>, Partial<Pick<Auth, 'clientId' | 'scopes'>> {
  /** The key itself, of at least 20 characters that cannot be guessed. */
  readonly key?: string
  /** Or its SHA-256 in hexadecimal, so that configuration holds no secret: `printf %s KEY | sha256sum`. */
  readonly sha256?: string
  /** Seconds since 1970 at which it ends. */
  readonly exp?: number
}

/** How proofs of possession are checked. See RFC 9449. */
export interface DPoPOptions {
  /** Refuses tokens that are not bound to a key. Default: bound tokens need a proof, others need none. */
  readonly required?: boolean
  /** Signature algorithms of proofs. Default: ES256, ES384, ES512, Ed25519, EdDSA, RS256 and PS256. */
  readonly algorithms?: readonly string[]
  /** Seconds that the clocks of clients may be off, and that a proof lives. Default: 60. */
  readonly maxAgeSeconds?: number
  /** Remembers which proofs were seen. Default: memory, for one process; several instances share a store. */
  readonly store?: Store
  /** Proofs must hold a nonce of this server: `true` for one instance, the same `keys` for several. Default: no nonce. */
  readonly nonce?: boolean | { readonly keys: Keys; readonly seconds?: number }
}

/** Scopes that hold others: a record, or a function that returns all that a token has with those that it was given. */
export type Implies =
  | Readonly<Record<string, readonly string[]>>
  | ((scopes: readonly string[]) => readonly string[])

/** Whose tokens open a server, and what else it asks of them. */
export interface BearerOptions {
  /** The URL under which clients know this server: `https://mcp.example.com/mcp`. Tokens must be for it. */
  readonly resource: string
  /** Authorization servers that sign their tokens: their URLs, or more about them. */
  readonly issuers?: string | IssuerOptions | readonly (string | IssuerOptions)[]
  /** The keys of the one issuer, or where they are, for one that has no metadata. */
  readonly jwks?: string | JSONWebKeySet
  /** An authorization server that is asked about each token. */
  readonly introspection?: IntrospectionOptions
  /** Keys that you hand out yourself. */
  readonly apiKeys?: readonly ApiKey[]
  /** Asked about the tokens that nothing else here knows. */
  readonly verify?: Verify
  /** What every caller needs, whatever it calls. */
  readonly scopes?: readonly string[]
  /** Scopes that hold others: `{ admin: ['read', 'write'] }`. */
  readonly implies?: Implies
  /** Whether tokens must be bound to a key of the client, and how that is checked. Bound ones always are. */
  readonly dpop?: 'required' | DPoPOptions
  /** Asked about each token before it is taken, and again whenever it has left the cache: for lists of what was revoked. */
  readonly revoked?: (auth: Auth) => boolean | Promise<boolean>
  /** How many tokens are remembered (10,000), and for how many seconds at most (60); never past their end. */
  readonly cache?: { readonly max?: number; readonly seconds?: number }
  /** Seconds that the clocks of issuers may be off. Default: 5. */
  readonly clockToleranceSeconds?: number
  /** Characters that a token may have. Default: 16,384. */
  readonly maxTokenLength?: number
  /** Milliseconds that an authorization server has to answer. Default: 5,000. */
  readonly timeoutMs?: number
  /** More for the metadata: `{ resource_name: 'Files' }`. `authorization_servers` given here replaces the list. */
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Fetches from authorization servers. Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch
  /** Is told why requests are refused, in more words than callers read; never the token. */
  readonly onRefused?: (refusal: Refused) => void
  /** Is told what keeps tokens from being checked: an issuer that cannot be reached, a function that throws. Default: the console. */
  readonly onError?: (error: unknown) => void
  readonly now?: () => number
}

/** Why a request was refused. */
export interface Refused {
  readonly status: number
  /** What the caller reads. */
  readonly description: string
  /** What the operator should know. */
  readonly detail?: string | undefined
}
