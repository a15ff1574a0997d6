/** Keycloak. See https://www.keycloak.org/securing-apps/mcp-authz-server */
import { issuerOf, type Provider, type ProviderIssuer } from './provider.ts'

export interface KeycloakOptions {
  /** Where it runs, with the path that it may have: `https://login.example.com`. */
  readonly url: string
  readonly realm: string
  /** The audience that the realm's mapper puts into tokens. Default: the URL of this server. */
  readonly audience?: string
}

/** Trusts a realm of a Keycloak. */
export function keycloak({ url, realm, audience }: KeycloakOptions): ProviderIssuer {
  if (!URL.canParse(url))
    throw new TypeError(`Expected the url of keycloak() to be a URL: "${url}"`)
  if (!/^[^/?#\s]+$/.test(realm)) {
    throw new TypeError(`Expected the realm of keycloak() to be a name: "${realm}"`)
  }
  return issuerOf(keycloakFacts, {
    issuer: `${url.replace(/\/+$/, '')}/realms/${encodeURIComponent(realm)}`,
    ...(audience !== undefined && { audience }),
  })
}

export const keycloakFacts: Provider = {
  name: 'keycloak',
  title: 'Keycloak',
  isIssuer: (issuer) => URL.canParse(issuer) && /\/realms\/[^/]+$/.test(new URL(issuer).pathname),
  can: {
    metadataDocuments: 'set-up',
    registration: 'set-up',
    resource: 'set-up',
    pkce: 'yes',
    jwt: 'yes',
    scopes: 'yes',
  },
  limits: [
    'It heeds the resource parameter only as an experimental feature (resource-indicators). Otherwise add an audience mapper with the URL of this server to a client scope that all clients get: without it tokens are for nobody, and are refused here.',
    'It reads metadata documents of clients only as an experimental feature (cimd), with a client policy that says for which domains.',
    "Clients can register themselves only from hosts that the realm's policy of trusted hosts names, which are none at first.",
  ],
}
