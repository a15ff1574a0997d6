/** A company's identity provider, as a client sees it: its metadata and its token endpoint. */
import {
  type AuthorizationServer,
  allowInsecureRequests,
  type Client,
  customFetch,
  discoveryRequest,
  genericTokenEndpointRequest,
  processDiscoveryResponse,
} from 'oauth4webapi'
import { isLoopback } from '../../http/loopback.ts'
import { AuthError } from '../auth-error.ts'
import { type ClientCredential, clientAuthOf } from '../client-auth.ts'

/** Where the people of a company sign in, and who this program is there. It has to prove that it is that: a secret or a key. */
export type IdentityProvider = ClientCredential & { readonly issuer: string }

/** What requests need of the moment that they are made in. */
export interface Reach {
  readonly fetch: typeof globalThis.fetch
  readonly signal?: AbortSignal | undefined
}

/** What the library needs to send requests. */
export interface Options {
  readonly [customFetch]: (url: string, init: Sent) => Promise<Response>
  readonly [allowInsecureRequests]: boolean
  readonly signal?: AbortSignal
}

interface Sent {
  readonly body?: URLSearchParams | undefined
  readonly headers: Record<string, string>
  readonly method: string
  readonly redirect: 'manual'
  readonly signal?: AbortSignal | undefined
}

export interface KnownProvider {
  readonly issuer: string
  readonly client: Client
  metadata(reach: Reach): Promise<AuthorizationServer>
  /** Sends a request to the token endpoint, authenticated. */
  request(
    grant: { readonly type: string; readonly parameters: Readonly<Record<string, string>> },
    reach: Reach,
  ): Promise<Response>
  /** What the library needs to send requests of its own here. */
  options(reach: Reach): Options
  readonly authFor: ReturnType<typeof clientAuthOf>
}

/** Makes the client of an identity provider. Its metadata is fetched when it is needed, and again after a while. */
export function identityProvider(provider: IdentityProvider): KnownProvider {
  const { issuer, clientId } = provider
  const url = issuerUrl(issuer)
  const client: Client = { client_id: clientId }
  const authFor = clientAuthOf(provider)
  let known: { readonly metadata: Promise<AuthorizationServer>; readonly until: number } | undefined
  const options = (reach: Reach) => optionsOf(url, reach)
  const metadata = (reach: Reach): Promise<AuthorizationServer> => {
    if (known && known.until > Date.now()) return known.metadata
    const found = discover(url, options(reach))
    known = { metadata: found, until: Date.now() + freshFor }
    found.catch(() => {
      known = undefined
    })
    return found
  }
  return {
    issuer,
    client,
    authFor,
    options,
    metadata,
    request: async ({ type, parameters }, reach) => {
      const server = await metadata(reach)
      const auth = await authFor(server)
      return genericTokenEndpointRequest(server, client, auth, type, parameters, options(reach))
    },
  }
}

const freshFor = 10 * 60_000

function issuerUrl(issuer: string): URL {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined
  if (
    url &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))
  ) {
    return url
  }
  throw new TypeError(`The issuer of an identity provider is an https URL, not ${issuer}`)
}

function optionsOf(issuer: URL, { fetch, signal }: Reach): Options {
  return {
    [customFetch]: (url, { body, signal: aborted, ...init }) =>
      fetch(url, { ...init, ...(body && { body }), ...(aborted && { signal: aborted }) }),
    // Only where the user named the identity provider so: on this machine, in development.
    [allowInsecureRequests]: issuer.protocol === 'http:',
    ...(signal && { signal }),
  }
}

async function discover(url: URL, options: Options): Promise<AuthorizationServer> {
  const reasons: unknown[] = []
  for (const algorithm of ['oidc', 'oauth2'] as const) {
    try {
      const response = await discoveryRequest(url, { ...options, algorithm })
      return await processDiscoveryResponse(url, response)
    } catch (error) {
      reasons.push(error)
    }
  }
  const cause = new AggregateError(reasons, 'Neither OpenID nor OAuth metadata was found')
  const message = `The metadata of the identity provider ${url.href} cannot be read`
  throw new AuthError('discovery', `${message}: check its issuer and whether it answers`, { cause })
}
