/** The provider, held to the profile of MCP. See /specification/2026-07-28/basic/authorization */

import {
  type ClientMetadata,
  type Configuration,
  errors,
  type KoaContextWithOIDC,
} from 'oidc-provider'
import type { Admit } from '../assertion/identity-assertion.ts'
import { createBudget } from '../budget.ts'
import { checkClient, type RawClient } from '../clients/client-rules.ts'
import type { Keys } from '../keys.ts'
import { errorPage } from '../pages/error-page.ts'
import type { Settings } from '../settings.ts'
import { storeAdapter } from '../store/store-adapter.ts'
import { bindingCookie, bindingValue, cookieNames, staleBindings } from './cookies.ts'
import { askingPolicy } from './policy.ts'
import { createResourceServers } from './resource-servers.ts'
import { routes } from './routes.ts'
import type { Users } from './users.ts'

export interface Parts {
  readonly settings: Settings
  readonly keys: Keys
  readonly users: Users
  readonly clients: readonly ClientMetadata[]
  readonly admit: Admit
  readonly fetch: (url: string | URL, init: RequestInit) => Promise<Response>
}

const interactionSeconds = 600
/** Of documents that are not known yet. */
const fetchesPerMinute = 120

/** Everything that the provider is told. */
export function configuration(parts: Parts): Configuration {
  const { settings, keys, users } = parts
  const { lifetimes } = settings
  const cookie = { httpOnly: true, sameSite: 'lax', secure: settings.secure, signed: true } as const
  return {
    adapter: storeAdapter(settings.store),
    jwks: { keys: keys.signing },
    clients: [...parts.clients],
    clientDefaults: {
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      id_token_signed_response_alg: (keys.signer().alg ?? 'RS256') as 'RS256',
    },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    cookies: { keys: [...keys.cookies], names: cookieNames(settings), long: cookie, short: cookie },
    routes: providerRoutes,
    responseTypes: ['code'],
    scopes: [],
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    clientBasedCORS: () => true,
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    ttl: {
      AccessToken: lifetimes.accessToken,
      AuthorizationCode: 60,
      ClientCredentials: lifetimes.accessToken,
      Grant: lifetimes.grant,
      Interaction: interactionSeconds,
      RefreshToken: lifetimes.refreshToken,
      Session: lifetimes.session,
    },
    interactions: {
      policy: askingPolicy(users),
      url: (ctx, { uid, params }) => beginInteraction(ctx, parts, [uid, params]),
    },
    findAccount: async (_ctx, id, token) => {
      // Who has a session is let in or not by the policy above; what comes with a token is let in here.
      const known = token === undefined || (await users.find(id)) !== undefined
      return known ? { accountId: id, claims: () => ({ sub: id }) } : undefined
    },
    extraTokenClaims: async (_ctx, token) =>
      'accountId' in token && token.accountId
        ? (await users.find(token.accountId))?.claims
        : undefined,
    extraClientMetadata: {
      properties: ['software_id'],
      validator: (...[, , , client]) => checkClient(client as RawClient),
    },
    renderError: (ctx, out, error) => {
      const { status, headers, body } = errorPage({
        status: ctx.status,
        error: out.error,
        description: describe(out.error_description, error),
      })
      ctx.status = status
      ctx.set({ ...headers })
      ctx.body = body
    },
    enabledJWA: {
      clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA'],
      dPoPSigningAlgValues: ['ES256', 'Ed25519', 'EdDSA', 'RS256', 'PS256'],
    },
    fetch: (url, init) => parts.fetch(url instanceof Request ? url.url : url, init ?? {}),
    fetchResponseBodyLimits: { 'client_id metadata document': 16_384, jwks_uri: 65_536 },
    features: features(parts),
  }
}

const { interaction: _i, callback: _c, health: _h, ...providerRoutes } = routes

function features({ settings, keys }: Parts): Configuration['features'] {
  const servers = createResourceServers(settings, keys)
  const { metadataDocuments = true } = settings
  const budget = createBudget(fetchesPerMinute)
  const mayFetch = typeof metadataDocuments === 'function' ? metadataDocuments : () => true
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    clientCredentials: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: {
      enabled: true,
      nonceSecret: keys.nonceSecret,
      requireNonce: () => settings.dpop?.requireNonce ?? false,
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: servers.defaultResource,
      getResourceServerInfo: servers.getResourceServerInfo,
      useGrantedResource: () => true,
    },
    revocation: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
    },
    introspection: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => introspects(settings, client.clientId, token),
    },
    registration: settings.registration
      ? { enabled: true, issueRegistrationAccessToken: false }
      : { enabled: false },
    clientIdMetadataDocument: {
      enabled: metadataDocuments !== false,
      ack: 'draft-02',
      cacheDuration: { min: 60, max: 24 * 3600 },
      allowFetch: async (_ctx, url) => budget.take() && (await mayFetch(url)),
    },
  }
}

/** Ties the interaction to this browser and this client, and says where it goes on. */
function beginInteraction(
  ctx: KoaContextWithOIDC,
  { settings, keys }: Parts,
  [uid, params]: readonly [string, Record<string, unknown>],
): string {
  const options = {
    httpOnly: true,
    sameSite: 'lax',
    secure: settings.secure,
    path: '/',
    signed: false,
  } as const
  for (const name of staleBindings(ctx.get('cookie'))) ctx.cookies.set(name, null, options)
  ctx.cookies.set(
    bindingCookie(settings, uid),
    bindingValue(keys, ['cookie', uid, String(params['client_id'])]),
    { ...options, maxAge: interactionSeconds * 1000 },
  )
  return `${settings.path}${routes.interaction}/${uid}`
}

function describe(description: unknown, error: Error): string {
  if (error instanceof errors.InvalidRedirectUri)
    return 'The application asked to have you sent to an address that it has not registered.'
  return typeof description === 'string' ? description : 'Something went wrong here.'
}

/** A server is told of tokens for it alone; nobody else is told of any. */
function introspects({ clients, resources }: Settings, clientId: string, token: object): boolean {
  const own = clients?.find(({ id }) => id === clientId)?.introspects
  return own !== undefined && 'aud' in token && token.aud === resources.find(own)?.url
}
