/**
 * A company's identity provider: plain `oidc-provider`, with what enterprise-managed authorization needs on top. Its administrator
 * keeps a table of who may use which server, and it gives grants (ID-JAG) for what is in there, by token exchange.
 */
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import Provider, { type ClientMetadata } from 'oidc-provider'
import { quietly } from '../../scripts/quietly.ts'
import { type Allowed, exchangeGrant, keyId, registerExchange } from './company-grants.ts'
import { listenOnLoopback } from './loopback.ts'
import { createShelf } from './oidc-adapter.ts'
import { answerInteractions } from './oidc-pages.ts'

export interface CompanyOptions {
  /** The programs that it knows. They have secrets or keys: nobody else may exchange anything. */
  readonly clients: readonly ClientMetadata[]
  /** Who a program is at an authorization server. Default: the same as here. */
  readonly clientIdAt?: (audience: string, clientId: string) => string
  /** Seconds that grants live. Default: 60. */
  readonly grantSeconds?: number
  /** Seconds that ID tokens live. Default: 300. */
  readonly idTokenSeconds?: number
  /** Changes a grant or the answer that holds it: for providers that do it wrong. */
  readonly spoil?: (answer: Record<string, unknown>, grant: Record<string, unknown>) => void
}

export interface Company {
  readonly issuer: string
  /** Its public keys, as authorization servers want them that trust it. */
  readonly jwks: { readonly keys: readonly JWK[] }
  /** Lets an employee use a server. */
  allow(line: Allowed): void
  /** Takes that back. Whether it had been allowed. */
  forbid(line: Allowed): boolean
  /** How often somebody was sent to its pages. */
  readonly signIns: readonly URLSearchParams[]
  /** What was asked of it by token exchange, and what it said. */
  readonly exchanges: readonly { readonly resource: string; readonly status: number }[]
  /** An ID token of somebody who is signed in already. */
  idToken(employee: string, clientId: string, seconds?: number): Promise<string>
  /** A refresh token, as those have it who came with a SAML assertion. */
  refreshToken(employee: string, clientId: string): Promise<string>
  [Symbol.asyncDispose](): Promise<void>
}

export async function startCompany(options: CompanyOptions): Promise<Company> {
  const http = createServer()
  const { origin: issuer, close } = await listenOnLoopback(http)
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const name = { kid: keyId, alg: 'RS256', use: 'sig' }
  const jwk = { ...(await exportJWK(privateKey)), ...name }
  const table = new Set<string>()
  const provider = quietly(() => new Provider(issuer, configure(options, jwk)))
  const isAllowed = (line: Allowed) => table.has(lineOf(line))
  registerExchange({ provider, options, privateKey, publicKey, isAllowed })
  const seen = listenTo(provider)
  const answer = provider.callback()
  http.on('request', (request, response) => {
    answerInteractions(provider, { request, response }).then(
      (answered) => answered || void answer(request, response),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  return {
    issuer,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), ...name }] },
    allow: (line) => void table.add(lineOf(line)),
    forbid: (line) => table.delete(lineOf(line)),
    ...seen,
    idToken: (employee, clientId, seconds = 300) =>
      new SignJWT({ sub: employee })
        .setProtectedHeader({ alg: 'RS256', kid: keyId, typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(clientId)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
        .sign(privateKey),
    refreshToken: async (employee, clientId) => {
      const client = await provider.Client.find(clientId)
      if (!client) throw new Error(`No client ${clientId}`)
      const known = { client, accountId: employee, grantId: employee, gty: 'saml', scope: 'openid' }
      return new provider.RefreshToken(known).save()
    },
    [Symbol.asyncDispose]: close,
  }
}

function listenTo(provider: Provider) {
  const signIns: URLSearchParams[] = []
  const exchanges: { resource: string; status: number }[] = []
  provider.use(async (ctx, next) => {
    if (ctx.path === '/auth') signIns.push(new URLSearchParams(ctx.querystring))
    await next()
    const body = (ctx['oidc']?.body ?? {}) as Record<string, string>
    if (body['grant_type'] !== exchangeGrant) return
    exchanges.push({ resource: body['resource'] ?? '', status: ctx.status })
  })
  return { signIns, exchanges }
}

function lineOf({ employee, audience, resource }: Allowed): string {
  return JSON.stringify([employee, audience, resource])
}

function configure({ clients, idTokenSeconds = 300 }: CompanyOptions, jwk: JWK) {
  return {
    adapter: createShelf().adapter,
    jwks: { keys: [jwk] },
    scopes: ['openid'],
    clients: clients.map((client) => ({
      ...client,
      grant_types: [...(client.grant_types ?? ['authorization_code']), exchangeGrant],
    })),
    cookies: { keys: ['only for tests'] },
    findAccount: (_ctx: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
    pkce: { required: () => true },
    interactions: { url: (_ctx: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    ttl: {
      IdToken: idTokenSeconds,
      AccessToken: 60,
      Session: 3600,
      Grant: 3600,
      Interaction: 600,
      RefreshToken: 3600,
    },
    features: { devInteractions: { enabled: false }, resourceIndicators: { enabled: false } },
  }
}
