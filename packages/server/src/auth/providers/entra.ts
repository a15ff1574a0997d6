/** Microsoft Entra ID. See https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
import { readScopes } from '../scope-list.ts'
import { isAt, issuerOf, type Provider, type ProviderIssuer } from './provider.ts'

export interface EntraOptions {
  /** The id of the tenant, a GUID. For several tenants, give one `entra()` for each. */
  readonly tenant: string
  /** The application id of this server's registration, a GUID: what tokens of version 2 name as their audience. */
  readonly clientId: string
  /** Its Application ID URI. Default: `api://` and the application id. Scopes are asked for by it: `api://…/files.read`. */
  readonly appIdUri?: string
  /** Where the cloud is another one: `https://login.microsoftonline.us`. */
  readonly authority?: string
}

/** Trusts one tenant of Entra ID. A scope or role `files.read` counts by this name and by its full one, `api://…/files.read`. */
export function entra(options: EntraOptions): ProviderIssuer {
  const { tenant, clientId, authority = 'https://login.microsoftonline.com' } = options
  const appIdUri = (options.appIdUri ?? `api://${clientId}`).replace(/\/$/, '')
  for (const [name, value] of Object.entries({ tenant, clientId })) {
    if (guid.test(value)) continue
    throw new TypeError(`Expected the ${name} of entra() to be a GUID: "${value}"`)
  }
  const own = tenant.toLowerCase()
  return issuerOf(entraFacts, {
    issuer: `${authority.replace(/\/$/, '')}/${own}/v2.0`,
    audience: [clientId, clientId.toLowerCase()],
    algorithms: ['RS256'],
    scopesOf({ scp, roles }) {
      // The roles of a user say nothing of what the client may do for the user: they count where there is no user.
      const short = readScopes(scp ?? roles)
      return readScopes(
        short,
        short.map((scope) => `${appIdUri}/${scope}`),
      )
    },
    // `sub` is another one for each application: `oid` is the same user everywhere in the tenant.
    subjectOf: ({ oid, sub }) => (typeof oid === 'string' ? oid : textOf(sub)),
    clientIdOf: ({ azp }) => textOf(azp),
    refuses: ({ tid, ver }) => {
      if (ver !== '2.0') return 'The token is not of version 2.0'
      return tid === own ? undefined : 'The token is of another tenant'
    },
  })
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export const entraFacts: Provider = {
  name: 'entra',
  title: 'Microsoft Entra ID',
  isIssuer: (issuer) =>
    isAt(issuer, 'login.microsoftonline.com', 'login.microsoftonline.us', 'sts.windows.net'),
  can: {
    metadataDocuments: 'no',
    registration: 'no',
    resource: 'set-up',
    pkce: 'no',
    jwt: 'yes',
    scopes: 'yes',
  },
  limits: [
    'Its metadata does not say that it takes PKCE, though it does. Clients that keep to the specification stop there: put an authorization server of your own before it, which signs people in with Entra.',
    'It knows neither registration nor metadata documents: each client is an app registration with its redirect URIs, made by hand.',
    "It refuses a resource parameter that is not an Application ID URI of this server's registration (AADSTS9010010): add the URL of this server as one, which takes a verified domain.",
    'The registration must ask for tokens of version 2 (requestedAccessTokenVersion: 2).',
    'Scopes are asked for in full, as api://…/files.read, but tokens name them as files.read: write the full names in the scopes of tools, so that challenges ask for what Entra understands.',
  ],
}
