import type { Store } from '@lutra/core'
import type { JWK } from 'jose'
import type { Development } from './sign-in/development.ts'
import type { SignInFunction } from './sign-in/sign-in.ts'
import type { Upstream } from './sign-in/upstream.ts'

/** What an authorization server is made of. */
export interface AuthServerOptions {
  /** Its https URL; http on loopback alone. Served by the listener wherever that is mounted. */
  readonly issuer: string
  /** What outlives a request: grants, tokens, sessions, keys. Instances that share a store are one server. */
  readonly store: Store
  /** The servers that tokens are for, by their URL: nothing else can be asked for. */
  readonly resources: readonly string[] | Readonly<Record<string, ResourceOptions>>
  /** What clients can be allowed to do, in words for the people who are asked; of all resources that name none. */
  readonly scopes?: Scopes
  /** Who finds out who somebody is: `upstream()`, a function of yours, or `development()`. */
  readonly signIn: SignInFunction | Upstream | Development
  /** Clients that are known beforehand. */
  readonly clients?: readonly ClientOptions[]
  /** Whether clients may name themselves by the URL of a metadata document, or by which URLs; yes unless told. */
  readonly metadataDocuments?: boolean | ((url: string) => boolean | Promise<boolean>)
  /** Whether clients may register themselves. Off unless told: the protocol has deprecated it. */
  readonly registration?: boolean
  /** What a client gets that names no resource. Refused unless told: the protocol requires it of clients. */
  readonly defaultResource?: string
  /** Identity providers whose identity assertions (ID-JAG) let employees in without asking them. */
  readonly enterprise?: EnterpriseOptions
  /** Programs that come with a JWT of the platform they run on. */
  readonly workloads?: readonly WorkloadOptions[]
  /** Keys of yours; generated once and kept in the store unless told. */
  readonly keys?: KeyOptions
  readonly lifetimes?: Lifetimes
  /** Whether proofs of possession need a nonce of ours. */
  readonly dpop?: { readonly requireNonce?: boolean }
  /** Asked at each sign-in and refresh: whether somebody is still welcome. Everybody who signed in is unless told. */
  readonly isWelcome?: (userId: string) => boolean | Promise<boolean>
  /** What the pages call this server; its host unless told. */
  readonly name?: string
  /** Gets documents and keys of clients; guarded against internal addresses unless told. */
  readonly fetch?: typeof fetch
}

/** Scopes by name, with what people are told they allow; a list tells them the names. */
export type Scopes = readonly string[] | Readonly<Record<string, string>>

export interface ResourceOptions {
  readonly scopes?: Scopes
  /** What a client gets that asks for no scope; all unless told. */
  readonly defaultScopes?: readonly string[]
  /** `jwt`, which the resource checks by itself, or `opaque`, which it has introspected and which ends when it is revoked. */
  readonly tokens?: 'jwt' | 'opaque'
}

/** A client that is known beforehand. With a secret or keys it is confidential. */
export interface ClientOptions {
  readonly id: string
  readonly name?: string
  readonly secret?: string
  /** Its public keys, for `private_key_jwt`. */
  readonly jwks?: { readonly keys: readonly JWK[] }
  readonly jwksUri?: string
  /** Where people are sent back to. A loopback address without a port fits every port. */
  readonly redirectUris?: readonly string[]
  /** The grant types it may use; what fits the rest unless told. */
  readonly grants?: readonly string[]
  /** The scopes it can ever have; all unless told. */
  readonly scopes?: readonly string[]
  /** Whether its tokens are bound to a key of its own. */
  readonly dpop?: boolean
  /** The resource that it is: it may have tokens for that introspected. */
  readonly introspects?: string
}

export interface EnterpriseOptions {
  readonly issuers: readonly TrustedIssuer[]
  /** The user that an assertion is about; `issuer|sub` unless told, and undefined refuses. */
  readonly user?: (claims: AssertionClaims) => string | undefined | Promise<string | undefined>
}

export type AssertionClaims = Readonly<Record<string, unknown>> & {
  readonly iss: string
  readonly sub: string
}

/** Somebody whose JWTs are believed. */
export interface TrustedIssuer {
  readonly issuer: string
  /** Where its keys are; found in its metadata unless told. */
  readonly jwksUri?: string
  readonly jwks?: { readonly keys: readonly JWK[] }
  /** RS256, PS256, ES256 and EdDSA unless told. */
  readonly algorithms?: readonly string[]
}

/** A program, and by which subject of which issuer it is known. */
export interface WorkloadOptions extends TrustedIssuer {
  /** The client id that it uses here. */
  readonly id: string
  readonly subject: string
  readonly scopes?: readonly string[]
}

export interface KeyOptions {
  /** Private keys, the first of which signs; the others are published still. */
  readonly signing: readonly JWK[]
  /** Secrets of at least 32 characters, the first of which signs cookies. */
  readonly cookies: readonly string[]
}

/** In seconds. */
export interface Lifetimes {
  /** 600 unless told. */
  readonly accessToken?: number
  /** From one use to the next; 14 days unless told. */
  readonly refreshToken?: number
  /** Until somebody has to consent again; 90 days unless told. */
  readonly grant?: number
  /** Until somebody has to sign in again; 14 days unless told. */
  readonly session?: number
}
