import { AuthError } from './auth-error.ts'
import type { Demand } from './challenge.ts'
import type { Trip } from './create-authorizer.ts'
import type { Engine } from './engine.ts'
import { covers } from './scope.ts'

interface Refusal {
  readonly demand: Demand
  /** Whether the token was refused for what it allows, and not for what it is. */
  readonly stepUp: boolean
  readonly operation: string
}

/** Throws where another token would help no more than the one that was refused. */
export function assertHope(
  { memo, server, grant }: Engine,
  { sent, outcomes }: Trip,
  { demand, stepUp, operation }: Refusal,
): void {
  const { held } = memo
  const scopes = demand.scopes ?? []
  const wanted = scopes.join(' ')
  const fresh = outcomes.includes('obtained')
  if (!stepUp) {
    if (sent === undefined || !fresh) return
    throw new AuthError(
      'token',
      `${server.origin} refuses (${demand.error ?? 'HTTP 401'}) a token that ${held?.issuer} has just issued for ${held?.resource}: ` +
        'one of the two is set up wrongly; the server has to accept this issuer and this audience',
    )
  }
  const wants = `${server.origin} wants`
  if (scopes.length === 0) {
    throw new AuthError('scope', `${wants} more scopes for ${operation}, but does not say which`)
  }
  if (fresh && covers(held?.tokens.scope, scopes)) {
    const refused = 'and refuses a token that was just issued with them'
    throw new AuthError('scope', `${wants} the scopes ${wanted} for ${operation}, ${refused}`)
  }
  if (grant.interactive || !covers(held?.asked, scopes)) return
  const advice = 'does not grant this program: have them allowed for it there'
  throw new AuthError(
    'scope',
    `${operation} needs the scopes ${wanted}, which ${held?.issuer} ${advice}`,
  )
}
