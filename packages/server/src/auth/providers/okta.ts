/** Okta: a custom authorization server of an organization. See https://developer.okta.com/docs/concepts/auth-servers/ */
import { isAt, issuerOf, originOf, type Provider, type ProviderIssuer } from './provider.ts'

export interface OktaOptions {
  /** The domain of the organization: `example.okta.com`, or its custom domain. */
  readonly domain: string
  /** The custom authorization server. Default: `default`. */
  readonly server?: string
  /** The audience that is set for that authorization server. Default: the URL of this server, to which it should be set. */
  readonly audience?: string
}

/** Trusts an authorization server of an Okta organization. */
export function okta({ domain, server = 'default', audience }: OktaOptions): ProviderIssuer {
  if (!/^[\w-]+$/.test(server)) {
    throw new TypeError(
      `Expected the server of okta() to be the id of an authorization server: "${server}"`,
    )
  }
  return issuerOf(oktaFacts, {
    issuer: `${originOf(domain, 'the domain of okta()')}/oauth2/${server}`,
    algorithms: ['RS256'],
    // `sub` is a user name, which may be given to somebody else one day; `uid` is of the user alone. Services have no `uid`.
    subjectOf: ({ uid, sub }) => textIn(uid) ?? textIn(sub),
    clientIdOf: ({ cid }) => textIn(cid),
    ...(audience !== undefined && { audience }),
  })
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export const oktaFacts: Provider = {
  name: 'okta',
  title: 'Okta',
  isIssuer: (issuer) => isAt(issuer, 'okta.com', 'oktapreview.com', 'okta-emea.com'),
  can: {
    metadataDocuments: 'no',
    registration: 'no',
    resource: 'no',
    pkce: 'yes',
    jwt: 'yes',
    scopes: 'yes',
  },
  limits: [
    'It takes a custom authorization server (/oauth2/… in the issuer). The tokens of the organization itself are for Okta alone, and nobody else can check them.',
    'The audience is a setting of the authorization server, whatever resource a client asks for: set it to the URL of this server, and make one authorization server for each MCP server.',
    "Clients must be registered by an administrator: its registration endpoint asks for an administrator's token, and it reads no metadata documents.",
  ],
}
