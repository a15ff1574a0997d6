/** The keys of those whose JWTs are believed: from where their own metadata says, again when they change. */
import { createLocalJWKSet, createRemoteJWKSet, type JWTVerifyGetKey } from 'jose'
import * as oauth from 'oauth4webapi'
import { isLoopback } from '../loopback.ts'
import type { TrustedIssuer } from '../options.ts'

export interface IssuerKeys {
  readonly algorithms: string[]
  /** The keys, once they are known; a failure is tried again the next time. */
  get(): Promise<JWTVerifyGetKey>
}

const usual = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519']

/** Reads what is known of an issuer; nothing is fetched before somebody comes with a JWT of it. */
export function createIssuerKeys(trusted: TrustedIssuer): IssuerKeys {
  const { issuer, jwks, jwksUri, algorithms = usual } = trusted
  for (const alg of algorithms)
    if (alg === 'none' || alg.startsWith('HS'))
      throw new TypeError(
        `${issuer}: ${alg} proves nothing between two parties; use a signature algorithm`,
      )
  checkUrl(issuer, 'issuer')
  if (jwksUri) checkUrl(jwksUri, 'jwksUri')
  let known: Promise<JWTVerifyGetKey> | undefined = jwks
    ? Promise.resolve(createLocalJWKSet({ keys: [...jwks.keys] }))
    : undefined
  return {
    algorithms: [...algorithms],
    get() {
      known ??= (async () =>
        createRemoteJWKSet(new URL(jwksUri ?? (await discover(issuer))), {
          timeoutDuration: 5_000,
          cooldownDuration: 10_000,
        }))()
      known.catch(() => {
        known = undefined
      })
      return known
    },
  }
}

async function discover(issuer: string): Promise<string> {
  const url = new URL(issuer)
  const reasons: unknown[] = []
  for (const algorithm of ['oidc', 'oauth2'] as const) {
    try {
      const response = await oauth.discoveryRequest(url, {
        algorithm,
        signal: AbortSignal.timeout(5_000),
        [oauth.allowInsecureRequests]: url.protocol === 'http:',
      })
      const { jwks_uri: uri } = await oauth.processDiscoveryResponse(url, response)
      if (!uri) throw new Error(`The metadata of ${issuer} has no jwks_uri`)
      return checkUrl(uri, 'jwks_uri').href
    } catch (cause) {
      reasons.push(cause)
    }
  }
  throw new AggregateError(reasons, `The keys of ${issuer} cannot be found`)
}

function checkUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname)))
    return url
  throw new TypeError(`${what}: ${text} must be an https URL (http is for loopback alone)`)
}
