/** WorkOS AuthKit. See https://workos.com/docs/authkit/mcp */
import { readScopes } from '../scope-list.ts'
import { isAt, issuerOf, originOf, type Provider, type ProviderIssuer } from './provider.ts'

export interface WorkosOptions {
  /** The AuthKit domain: `example.authkit.app`, or its custom domain. */
  readonly domain: string
  /** The resource indicator in the dashboard. Default: the URL of this server, which is how it should be named. */
  readonly audience?: string
}

/** Trusts an AuthKit domain of WorkOS. The permissions of a user count as scopes. */
export function workos({ domain, audience }: WorkosOptions): ProviderIssuer {
  return issuerOf(workosFacts, {
    issuer: originOf(domain, 'the domain of workos()'),
    algorithms: ['RS256'],
    scopesOf: ({ scope, permissions }) => readScopes(scope, permissions),
    ...(audience !== undefined && { audience }),
  })
}

export const workosFacts: Provider = {
  name: 'workos',
  title: 'WorkOS AuthKit',
  isIssuer: (issuer) => isAt(issuer, 'authkit.app'),
  can: {
    metadataDocuments: 'set-up',
    registration: 'set-up',
    resource: 'set-up',
    pkce: 'yes',
    jwt: 'yes',
    scopes: 'no',
  },
  limits: [
    'Metadata documents and registration of clients are off until they are turned on in the dashboard (Connect, Configuration).',
    'Tokens are for this server only where its URL is an MCP resource indicator in the dashboard; others are refused here.',
    'Clients can ask for no scopes of your own, so that step-up leads nowhere: what users may do is a matter of their permissions, which count as scopes here.',
  ],
}
