/** The grants of a company's identity provider (ID-JAG), by token exchange, for what its administrator has allowed. */
import { jwtVerify, SignJWT } from 'jose'
import type Provider from 'oidc-provider'
import { errors, type TokenEndpointGrantContext } from 'oidc-provider'
import type { CompanyOptions } from './identity-provider.ts'

/** One line of the administrator's table. */
export interface Allowed {
  readonly employee: string
  /** The issuer of the authorization server. */
  readonly audience: string
  readonly resource: string
}

export interface Granting {
  readonly provider: Provider
  readonly options: CompanyOptions
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
  readonly isAllowed: (line: Allowed) => boolean
}

export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const keyId = 'company'

const types = 'urn:ietf:params:oauth:token-type:'
const parameters = [
  'requested_token_type',
  'audience',
  'resource',
  'scope',
  'subject_token',
  'subject_token_type',
] as const

type Asked = Partial<Record<(typeof parameters)[number], string>>

/** Adds the exchange to a provider. */
export function registerExchange(granting: Granting): void {
  const handler = async (ctx: TokenEndpointGrantContext<Asked>): Promise<void> => {
    const { client, params } = ctx.oidc
    ctx.body = await exchange(granting, params, client.clientId)
  }
  granting.provider.registerGrantType<Asked>(exchangeGrant, handler, parameters)
}

async function exchange(granting: Granting, asked: Asked, client: string): Promise<object> {
  const { options, provider, privateKey, isAllowed } = granting
  const { audience = '', resource = '', scope } = asked
  if (asked.requested_token_type !== `${types}id-jag` || !audience || !resource) {
    throw new errors.InvalidRequest('a grant is for an audience and a resource')
  }
  const employee = await employeeOf(granting, asked, client)
  if (!isAllowed({ employee, audience, resource })) {
    throw new errors.InvalidTarget('the administrator has not allowed that')
  }
  const clientId = options.clientIdAt?.(audience, client) ?? client
  const claims = { sub: employee, aud: audience, client_id: clientId, resource, scope }
  const answer = { issued_token_type: `${types}id-jag`, token_type: 'N_A', scope }
  options.spoil?.(answer, claims)
  const seconds = options.grantSeconds ?? 60
  const grant = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: keyId, typ: 'oauth-id-jag+jwt' })
    .setIssuer(provider.issuer)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${seconds}s`)
    .sign(privateKey)
  return { access_token: grant, expires_in: seconds, ...answer }
}

async function employeeOf(
  { provider, publicKey }: Granting,
  asked: Asked,
  client: string,
): Promise<string> {
  const { subject_token: token = '', subject_token_type: type } = asked
  if (type === `${types}refresh_token`) {
    const found = await provider.RefreshToken.find(token)
    if (!found || found.clientId !== client) throw new errors.InvalidGrant('unknown token')
    return found.accountId
  }
  if (type !== `${types}id_token`) throw new errors.InvalidRequest('unknown type of subject')
  const check = { issuer: provider.issuer, audience: client, algorithms: ['RS256'] }
  const { payload } = await jwtVerify(token, publicKey, check).catch((cause: unknown) => {
    throw new errors.InvalidGrant(`the ID token is not good: ${String(cause)}`)
  })
  return payload.sub ?? ''
}
