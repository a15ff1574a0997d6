/** An authorization server that is not ours: plain `oidc-provider`, set up as somebody would who has never heard of this project. */
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import Provider, { type Configuration } from 'oidc-provider'
import { quietly } from '../../scripts/quietly.ts'
import { listenOnLoopback } from './loopback.ts'
import { createShelf } from './oidc-adapter.ts'
import { answerInteractions } from './oidc-pages.ts'

export interface OidcOptions {
  /** Seconds that access tokens live. Default: 60. */
  readonly seconds?: number
  /** Scopes that resources know. */
  readonly scopes?: readonly string[]
  /** The form of access tokens. Default: `jwt`. */
  readonly tokens?: 'jwt' | 'opaque'
  /** Clients that it knows without being told. */
  readonly clients?: Configuration['clients']
  /** Whether clients may register themselves. Default: true. */
  readonly registration?: boolean
}

/** What the token endpoint was asked, and what it said. */
export interface TokenRequest {
  readonly grantType: string
  readonly resource: string | undefined
  readonly scope: string | undefined
  readonly status: number
}

export interface Oidc {
  readonly issuer: string
  readonly tokenRequests: readonly TokenRequest[]
  /** The queries of the authorization endpoint. */
  readonly authorizations: readonly URLSearchParams[]
  /** The bodies of the registration endpoint. */
  readonly registrations: readonly Record<string, unknown>[]
  /** Signs anything with its key, also what it would never say. */
  readonly key: { readonly private: CryptoKey; readonly public: JWK }
  /** Forgets every grant and every token, as an administrator who throws somebody out. */
  revokeAll(): void
  [Symbol.asyncDispose](): Promise<void>
}

/** Who resource servers are to it, where they ask about opaque tokens. */
export const introspector = {
  client_id: 'resource-server',
  client_secret: 'a secret of the resource server alone',
}

export async function startOidc(options: OidcOptions = {}): Promise<Oidc> {
  const http = createServer()
  const { origin: issuer, close } = await listenOnLoopback(http)
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const shelf = createShelf()
  const tokenRequests: TokenRequest[] = []
  const authorizations: URLSearchParams[] = []
  const registrations: Record<string, unknown>[] = []
  const jwk = { ...(await exportJWK(privateKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  const provider = quietly(
    () =>
      new Provider(issuer, {
        ...configure(options),
        adapter: shelf.adapter,
        jwks: { keys: [jwk] },
      }),
  )
  provider.use(async (ctx, next) => {
    if (ctx.path === '/auth') authorizations.push(new URLSearchParams(ctx.querystring))
    await next()
    const body = (ctx['oidc']?.body ?? {}) as Record<string, string>
    if (ctx.path === '/reg' && ctx.method === 'POST') registrations.push({ ...body })
    if (ctx.path !== '/token') return
    const { grant_type: grantType = '', resource, scope } = body
    tokenRequests.push({ grantType, resource, scope, status: ctx.status })
  })
  const answer = provider.callback()
  http.on('request', (request, response) => {
    answerInteractions(provider, { request, response }).then(
      (answered) => {
        if (!answered) void answer(request, response)
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  return {
    issuer,
    tokenRequests,
    authorizations,
    registrations,
    key: { private: privateKey, public: { ...(await exportJWK(publicKey)), kid: 'one' } },
    revokeAll: shelf.revokeAll,
    [Symbol.asyncDispose]: close,
  }
}

function configure(options: OidcOptions): Configuration {
  const { seconds = 60, scopes = ['notes:read', 'notes:write'], tokens = 'jwt' } = options
  const scope = scopes.join(' ')
  return {
    scopes: ['openid', 'offline_access', ...scopes],
    clients: [
      { ...introspector, redirect_uris: [], response_types: [], grant_types: [] },
      ...(options.clients ?? []),
    ],
    cookies: { keys: ['only for tests'] },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: async () => false,
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    ttl: {
      AccessToken: seconds,
      RefreshToken: 3_600,
      Session: 3_600,
      Grant: 3_600,
      IdToken: 60,
      Interaction: 600,
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: true },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      registration: { enabled: options.registration ?? true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource) => ({
          scope,
          audience: resource,
          accessTokenTTL: seconds,
          ...(tokens === 'jwt'
            ? { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }
            : { accessTokenFormat: 'opaque' }),
        }),
      },
    },
  }
}
