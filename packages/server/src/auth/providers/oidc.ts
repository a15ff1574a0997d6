/** Any other authorization server with metadata. */

import type { IssuerOptions } from '../options.ts'
import { readScopes } from '../scope-list.ts'

export interface OidcOptions extends Pick<IssuerOptions, 'algorithms'> {
  /** As its metadata names it, to the letter. */
  readonly issuer: string
  /** Whom tokens are for. Default: the URL of this server. */
  readonly audience?: string | readonly string[]
  /** The claim with the scopes. Default: `scope` and `scp`. */
  readonly scopeClaim?: string
  /** The claim with the user, where it is not `sub`. */
  readonly subjectClaim?: string
  /** The claim with the client, where it is neither `client_id` nor `azp`. */
  readonly clientClaim?: string
}

/** Trusts an authorization server of which only the names of some claims must be known. */
export function oidc(options: OidcOptions): IssuerOptions {
  const { issuer, audience, algorithms, scopeClaim, subjectClaim, clientClaim } = options
  return {
    issuer,
    ...(audience !== undefined && { audience }),
    ...(algorithms && { algorithms }),
    ...(scopeClaim !== undefined && { scopesOf: (claims) => readScopes(claims[scopeClaim]) }),
    ...(subjectClaim !== undefined && { subjectOf: textOf(subjectClaim) }),
    ...(clientClaim !== undefined && { clientIdOf: textOf(clientClaim) }),
  }
}

function textOf(name: string) {
  return (claims: Readonly<Record<string, unknown>>) => {
    const value = claims[name]
    return typeof value === 'string' ? value : undefined
  }
}
