/**
 * A company's identity provider: plain `oidc-provider`, with what enterprise-managed authorization needs on top. Its administrator
 * keeps a table of who may use which server, and it gives grants (ID-JAG) for what is in there, by token exchange.
 */
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose'
import Provider, {
  type ClientMetadata,
  errors,
  type TokenEndpointGrantContext,
} from 'oidc-provider'
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

/** One line of the administrator's table. */
export interface Allowed {
  readonly employee: string
  /** The issuer of the authorization server. */
  readonly audience: string
  readonly resource: string
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

const types = 'urn:ietf:params:oauth:token-type:'
const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
const parameters = [
  'requested_token_type',
  'audience',
  'resource',
  'scope',
  'subject_token',
  'subject_token_type',
] as const

type Asked = Partial<Record<(typeof parameters)[number], string>>

export async function startCompany(options: CompanyOptions): Promise<Company> {
  const http = createServer()
  const { origin: issuer, close } = await listenOnLoopback(http)
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const name = { kid: 'company', alg: 'RS256', use: 'sig' }
  const jwk = { ...(await exportJWK(privateKey)), ...name }
  const table = new Set<string>()
  const signIns: URLSearchParams[] = []
  const exchanges: { resource: string; status: number }[] = []
  const provider = quietly(() => new Provider(issuer, configure(options, jwk)))
  const employeeOf = async (asked: Asked, clientId: string): Promise<string> => {
    const { subject_token: token = '', subject_token_type: type } = asked
    if (type === `${types}refresh_token`) {
      const found = await provider.RefreshToken.find(token)
      if (!found || found.clientId !== clientId) throw new errors.InvalidGrant('unknown token')
      return found.accountId
    }
    if (type !== `${types}id_token`) throw new errors.InvalidRequest('unknown type of subject')
    const check = { issuer, audience: clientId, algorithms: ['RS256'] }
    const { payload } = await jwtVerify(token, publicKey, check).catch((cause: unknown) => {
      throw new errors.InvalidGrant(`the ID token is not good: ${String(cause)}`)
    })
    return payload.sub ?? ''
  }
  const exchange = async (ctx: TokenEndpointGrantContext<Asked>): Promise<void> => {
    const { client, params: asked } = ctx.oidc
    const { audience = '', resource = '', scope } = asked
    if (asked.requested_token_type !== `${types}id-jag` || !audience || !resource) {
      throw new errors.InvalidRequest('a grant is for an audience and a resource')
    }
    const employee = await employeeOf(asked, client.clientId)
    if (!table.has(lineOf({ employee, audience, resource }))) {
      throw new errors.InvalidTarget('the administrator has not allowed that')
    }
    const clientId = options.clientIdAt?.(audience, client.clientId) ?? client.clientId
    const claims = { sub: employee, aud: audience, client_id: clientId, resource, scope }
    const answer = { issued_token_type: `${types}id-jag`, token_type: 'N_A', scope }
    options.spoil?.(answer, claims)
    const grant = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: name.kid, typ: 'oauth-id-jag+jwt' })
      .setIssuer(issuer)
      .setJti(crypto.randomUUID())
      .setIssuedAt()
      .setExpirationTime(`${options.grantSeconds ?? 60}s`)
      .sign(privateKey)
    ctx.body = { access_token: grant, expires_in: options.grantSeconds ?? 60, ...answer }
  }
  provider.registerGrantType<Asked>(exchangeGrant, exchange, parameters)
  provider.use(async (ctx, next) => {
    if (ctx.path === '/auth') signIns.push(new URLSearchParams(ctx.querystring))
    await next()
    const body = (ctx['oidc']?.body ?? {}) as Record<string, string>
    if (body['grant_type'] !== exchangeGrant) return
    exchanges.push({ resource: body['resource'] ?? '', status: ctx.status })
  })
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
    signIns,
    exchanges,
    idToken: (employee, clientId, seconds = 300) =>
      new SignJWT({ sub: employee })
        .setProtectedHeader({ alg: 'RS256', kid: name.kid, typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(clientId)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
        .sign(privateKey),
    refreshToken: async (employee, clientId) => {
      const client = await provider.Client.find(clientId)
      if (!client) throw new Error(`No client ${clientId}`)
      const token = new provider.RefreshToken({
        client,
        accountId: employee,
        grantId: employee,
        gty: 'saml',
        scope: 'openid',
      })
      return token.save()
    },
    [Symbol.asyncDispose]: close,
  }
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

// It says on the console what it thinks of http on loopback.
function quietly<T>(run: () => T): T {
  const { warn, info } = console
  console.warn = () => undefined
  console.info = () => undefined
  try {
    return run()
  } finally {
    Object.assign(console, { warn, info })
  }
}
