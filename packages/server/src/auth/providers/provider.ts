/** What is known of the authorization servers that people use. */
import type { IssuerOptions } from '../options.ts'

/** What clients of MCP count on: never there, there once somebody has set it up, or always there. */
export interface Abilities {
  /** Clients bring a metadata document: the URL of it is their id. */
  readonly metadataDocuments: Ability
  /** Clients register themselves. */
  readonly registration: Ability
  /** Tokens are for the server that a client asks for in `resource`. */
  readonly resource: Ability
  /** Its metadata says that it takes PKCE, without which clients go no further. */
  readonly pkce: Ability
  /** Access tokens are JWTs, which can be checked without asking. */
  readonly jwt: Ability
  /** Scopes can be made up for a server, which clients ask for. */
  readonly scopes: Ability
}

export type Ability = 'no' | 'set-up' | 'yes'

/** One kind of authorization server. */
export interface Provider {
  /** The name of the function that trusts it. */
  readonly name: string
  readonly title: string
  /** Whether an issuer is of this kind. Nobody can tell for those that run at an address of your own. */
  isIssuer(issuer: string): boolean
  readonly can: Abilities
  /** What it cannot do, and what to do about that, in words for people. */
  readonly limits: readonly string[]
}

/** An authorization server of a known kind, for the `issuers` of `bearer()`. */
export interface ProviderIssuer extends IssuerOptions {
  readonly provider: string
  /** What it cannot do, in words for the operator. */
  readonly limits: readonly string[]
}

/** Options of a known kind of issuer, which those of the caller go before. */
export function issuerOf(provider: Provider, options: IssuerOptions): ProviderIssuer {
  return { provider: provider.name, limits: provider.limits, ...options }
}

/** The host of a domain that was given with or without its scheme. Throws `TypeError` for what is none. */
export function originOf(domain: string, what: string): string {
  const text = /^https?:\/\//.test(domain) ? domain : `https://${domain}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isBare = url && ['', '/'].includes(url.pathname) && !url.search && !url.hash
  if (isBare && !url.username && !url.password) return url.origin
  throw new TypeError(`Expected ${what} to be a domain, such as "example.com": "${domain}"`)
}

/** Whether a URL is at a domain or below it. */
export function isAt(issuer: string, ...domains: readonly string[]): boolean {
  const host = URL.canParse(issuer) ? new URL(issuer).hostname : ''
  return domains.some((domain) => host === domain || host.endsWith(`.${domain}`))
}
