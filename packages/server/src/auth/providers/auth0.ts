/** Auth0. See https://auth0.com/ai/docs/mcp */

import { readScopes } from '../scope-list.ts'
import { isAt, issuerOf, originOf, type Provider, type ProviderIssuer } from './provider.ts'

export interface Auth0Options {
  /** The domain of the tenant: `example.eu.auth0.com`, or its custom domain. */
  readonly domain: string
  /** The identifier of the API. Default: the URL of this server, which is how it should be named. */
  readonly audience?: string
  /** Whether the permissions of a user count as scopes too, also those that the client has not asked for (false). */
  readonly permissions?: boolean
}

/** Trusts an Auth0 tenant. */
export function auth0({ domain, audience, permissions }: Auth0Options): ProviderIssuer {
  return issuerOf(auth0Facts, {
    issuer: `${originOf(domain, 'the domain of auth0()')}/`,
    algorithms: ['RS256', 'PS256'],
    ...(permissions && {
      scopesOf: (claims) => readScopes(claims['scope'], claims['permissions']),
    }),
    ...(audience !== undefined && { audience }),
  })
}

export const auth0Facts: Provider = {
  name: 'auth0',
  title: 'Auth0',
  isIssuer: (issuer) => isAt(issuer, 'auth0.com'),
  can: {
    metadataDocuments: 'set-up',
    registration: 'set-up',
    resource: 'set-up',
    pkce: 'yes',
    jwt: 'yes',
    scopes: 'yes',
  },
  limits: [
    'The resource parameter counts once the tenant has its "Resource Parameter Compatibility Profile" on. Without it and without a default audience its tokens are opaque, and are refused here.',
    'Make an API in the tenant whose identifier is the URL of this server, letter by letter, with its scopes as permissions.',
    "A client's metadata document is taken once somebody has imported it into the tenant.",
    'Clients can register themselves once the tenant has dynamic registration on; its connections must then be at the level of the domain.',
  ],
}
