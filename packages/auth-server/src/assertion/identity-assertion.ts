/**
 * The assertions of an enterprise's identity provider (ID-JAG): one use each, for one client, one server, one user.
 * See the extension io.modelcontextprotocol/enterprise-managed-authorization.
 */
import { type JWTPayload, jwtVerify } from 'jose'
import type { AssertionClaims, EnterpriseOptions } from '../options.ts'
import type { Settings } from '../settings.ts'
import { recordKey } from '../store/record-key.ts'
import { type Admitted, type AssertionRequest, invalidGrant, verifying } from './admitted.ts'
import { createIssuerKeys } from './issuer-keys.ts'

/** The type of its header, by which it is told from all other JWTs. */
export const identityAssertionType = 'oauth-id-jag+jwt'

const toleranceSeconds = 30
/** However long it says it lives: it is made to be used at once. */
const maxAgeSeconds = 3600

export type Admit = (request: AssertionRequest) => Promise<Admitted>

/** Admits users by assertions of the configured issuers. */
export function createIdentityAdmission(enterprise: EnterpriseOptions, settings: Settings): Admit {
  const issuers = new Map(
    enterprise.issuers.map((trusted) => [trusted.issuer, createIssuerKeys(trusted)]),
  )

  return async ({ assertion, claimed, clientId }) => {
    const keys = issuers.get(claimed.iss ?? '')
    if (!keys) throw invalidGrant('its issuer is not trusted here')
    const { payload } = await verifying(async () =>
      jwtVerify(assertion, await keys.get(), {
        typ: identityAssertionType,
        algorithms: keys.algorithms,
        issuer: claimed.iss ?? '',
        audience: settings.issuer,
        clockTolerance: toleranceSeconds,
        maxTokenAge: maxAgeSeconds,
        requiredClaims: ['sub', 'jti', 'exp', 'iat', 'client_id'],
      }),
    )
    const claims = readClaims(payload, settings.issuer)
    if (payload['client_id'] !== clientId) throw invalidGrant('it was issued to another client')
    // A function that says nobody means it: only without one is everybody let in.
    const subject = enterprise.user ? await enterprise.user(claims) : `${claims.iss}|${claims.sub}`
    if (!subject || !((await settings.isWelcome?.(subject)) ?? true))
      throw invalidGrant('its user is not let in here')
    return {
      subject,
      resource: readResource(payload),
      scopes: typeof payload['scope'] === 'string' ? payload['scope'].split(' ') : undefined,
      async spend() {
        const ttlMs = ((payload.exp ?? 0) + toleranceSeconds) * 1000 - Date.now()
        const key = recordKey('Jti', JSON.stringify([payload.iss, payload.jti]))
        const first = await settings.store.set(key, null, {
          ttlMs: Math.max(1, ttlMs),
          ifVersion: null,
        })
        if (first === undefined) throw invalidGrant('it was used before')
      },
    }
  }
}

function readClaims(payload: JWTPayload, issuer: string): AssertionClaims {
  const { iss, sub, aud, jti } = payload
  if (!iss || !sub || typeof jti !== 'string' || jti === '') throw invalidGrant('a claim is empty')
  // For this server and nobody else: what is for two could be used at the other by whoever has seen it here.
  if (aud !== issuer && !(Array.isArray(aud) && aud.length === 1))
    throw invalidGrant('it is for others too')
  return { ...payload, iss, sub }
}

function readResource({ resource }: JWTPayload): string | undefined {
  if (resource === undefined) return undefined
  const [only, more] = Array.isArray(resource) ? resource : [resource]
  if (typeof only !== 'string' || more !== undefined)
    throw invalidGrant('it names no single resource')
  return only
}
