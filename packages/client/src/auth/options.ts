import type { MaybePromise } from '../options.ts'
import type { CredentialStore } from './credentials.ts'
import type { PrivateKey } from './key.ts'

/** What every way in by OAuth takes. */
export interface AuthOptions {
  /** Keeps tokens, registrations and keys. Default: `memoryCredentials()`, which forgets them with the process. */
  readonly store?: CredentialStore
  /** The scopes to ask for, separated by spaces, where the server names none. Default: those that its metadata lists. */
  readonly scope?: string
  /** Binds tokens to a key of this client (RFC 9449). `true`: where the authorization server can do it. Default: where the server requires it. */
  readonly dpop?: boolean | DPoPOptions
  /** Allows plain http and loopback addresses in what servers name. Default: where the server itself is on loopback. */
  readonly allowLoopback?: boolean
  /** Hosts in private networks that servers may name. The host of the server itself is always allowed. */
  readonly allowHosts?: readonly string[]
  /** Sends the requests to authorization servers in place of the guarded fetch: nothing else protects against what servers name. */
  readonly fetch?: typeof globalThis.fetch
  /** Chooses among several authorization servers of one server. Default: the one that credentials are held for, else the first. */
  readonly chooseIssuer?: (issuers: readonly string[], server: URL) => MaybePromise<string>
}

export interface DPoPOptions {
  /** Refuses tokens that are not bound to the key. Default: true. */
  readonly required?: boolean
}

/** Who this client is to authorization servers, where people sign in. Tried in this order: `client`, `metadataUrl`, registration. */
export interface ClientIdentity {
  /** A client that was registered beforehand; several where there are several authorization servers. */
  readonly client?: PreRegistered | readonly PreRegistered[]
  /** The https URL of this client's metadata document: its id at authorization servers that read such documents. */
  readonly metadataUrl?: string
  /** What `client` or `metadataUrl` authenticates with, where it is known by a key: `private_key_jwt`. */
  readonly key?: ClientKey
  /** What people are told that this client is. Default: `MCP client`. */
  readonly name?: string
  /** Where people read about this client. */
  readonly homepage?: string
  /** Asked for a client where there is no other way to have one: a person may have registered it by hand. */
  readonly onNeedClient?: (about: {
    readonly issuer: string
    readonly redirectUris: readonly string[]
  }) => MaybePromise<PreRegistered | undefined>
}

/** The key that a client signs its assertions with. */
export interface ClientKey {
  readonly privateKey: PrivateKey
  readonly algorithm?: string
  readonly keyId?: string
}

/** A client that somebody registered at an authorization server by hand. */
export interface PreRegistered {
  readonly id: string
  readonly secret?: string
  /** The authorization server that it is registered at. Default: the first one that it is used with, from then on only that. */
  readonly issuer?: string
  /** How it authenticates at the token endpoint. Default: what the server's metadata prefers. */
  readonly authMethod?: 'none' | 'client_secret_basic' | 'client_secret_post'
}
