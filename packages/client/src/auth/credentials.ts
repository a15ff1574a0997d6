/** What is remembered of authorization, always under the issuer that it belongs to. */

/** A client's registration at one authorization server. */
export interface Registration {
  readonly kind: 'client'
  readonly clientId: string
  readonly clientSecret?: string
  /** How the client authenticates at the token endpoint. */
  readonly authMethod: 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'
  readonly how: 'pre-registered' | 'metadata-document' | 'dynamic'
  readonly redirectUris?: readonly string[]
  /** Milliseconds since the epoch. */
  readonly secretExpiresAt?: number
}

/** What a token endpoint gave. */
export interface TokenSet {
  readonly kind: 'tokens'
  readonly accessToken: string
  readonly tokenType: 'Bearer' | 'DPoP'
  /** The scopes that were granted, separated by spaces. */
  readonly scope?: string
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number
  readonly refreshToken?: string
  readonly idToken?: string
  /** The client that it was issued to. */
  readonly clientId?: string
}

/** What is known of a server: who issues its tokens, and for which resource. */
export interface KnownServer {
  readonly kind: 'server'
  readonly issuer: string
  readonly resource: string
  /** The scopes that were ever asked for, separated by spaces. */
  readonly scope?: string
}

/** A private key of this client as a JWK: DPoP tokens are bound to it. */
export interface StoredKey {
  readonly kind: 'key'
  readonly jwk: Readonly<Record<string, unknown>>
}

/** An authorization that somebody was sent away for, until they come back. */
export interface PendingAuthorization {
  readonly kind: 'pending'
  /** The server that it is for, as the user named it. */
  readonly server: string
  /** The issuer whose metadata was validated: the response has to be its own. */
  readonly issuer: string
  readonly resource: string
  readonly clientId: string
  readonly redirectUri: string
  readonly codeVerifier: string
  /** Whether the server takes no tokens but those that are bound to a key. */
  readonly bound?: boolean
  /** The scopes that were asked for, separated by spaces. */
  readonly scope?: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

export type Credential = Registration | TokenSet | KnownServer | StoredKey | PendingAuthorization

/** Where a credential is kept. */
export type CredentialKey =
  | { readonly kind: 'client'; readonly issuer: string }
  | { readonly kind: 'tokens'; readonly issuer: string; readonly resource: string }
  | { readonly kind: 'server'; readonly url: string }
  | { readonly kind: 'key'; readonly issuer: string }
  | { readonly kind: 'pending'; readonly state: string }

/** Keeps credentials. What it holds lets people in: it is never logged, and a store on disk is for its owner alone. */
export interface CredentialStore {
  get<K extends CredentialKey['kind']>(
    key: Extract<CredentialKey, { kind: K }>,
  ): Promise<Extract<Credential, { kind: K }> | undefined>
  set(key: CredentialKey, credential: Credential): Promise<void>
  /** Whether something was deleted. */
  delete(key: CredentialKey): Promise<boolean>
  list(): Promise<readonly { readonly key: CredentialKey; readonly credential: Credential }[]>
  /**
   * Runs `work` while nobody else who shares this store, in whatever process, runs some for the same key. The signal ends waiting for
   * that, and no work that has begun.
   */
  exclusively<T>(
    key: CredentialKey,
    work: () => Promise<T>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<T>
}
