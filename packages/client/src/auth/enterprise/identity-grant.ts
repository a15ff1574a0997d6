/** The grant of an identity provider for one server (ID-JAG): asked for by token exchange, checked, used once. See RFC 8693. */
import { processGenericTokenEndpointResponse, type TokenEndpointResponse } from 'oauth4webapi'
import { AuthError } from '../auth-error.ts'
import { isFor, isOver, readJwt } from '../claims.ts'
import type { Need } from '../grant.ts'
import { type Attempt, failure, refusalCode } from '../refusal.ts'
import type { KnownProvider, Reach } from './identity-provider.ts'
import type { Subject } from './subject.ts'

const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
const identityGrant = 'urn:ietf:params:oauth:token-type:id-jag'

export interface Exchange {
  readonly subject: Subject
  readonly need: Need
  /** Who this program is at the authorization server: the identity provider writes it into the grant. */
  readonly clientId: string
  readonly reach: Reach
}

/** Exchanges a proof of identity for the grant of the identity provider to use one server. */
export async function exchangeForGrant(
  provider: KnownProvider,
  { subject, need, clientId, reach }: Exchange,
): Promise<string> {
  const parameters = {
    requested_token_type: identityGrant,
    audience: need.authorizationServer.issuer,
    resource: need.resource,
    ...(need.scope && { scope: need.scope }),
    subject_token: subject.token,
    subject_token_type: subject.type,
  }
  try {
    const response = await provider.request({ type: tokenExchange, parameters }, reach)
    const answer = await processGenericTokenEndpointResponse(
      await provider.metadata(reach),
      provider.client,
      response,
      // That it is none is checked below: a grant that is taken for an access token must not be used as one.
      { recognizedTokenTypes: { n_a: () => {} } },
    )
    checkAnswer(answer, provider)
    checkGrant(answer.access_token, { provider, need, clientId })
    return answer.access_token
  } catch (error) {
    throw refusal(error, { issuer: provider.issuer, doing: `access to ${need.resource}` })
  }
}

function refusal(error: unknown, where: Attempt): Error {
  const code = refusalCode(error)
  if (code === undefined || ownFaults.has(code)) return failure(error, where)
  if (personNeeded.has(code)) {
    return new AuthError('interaction_required', failure(error, where).message)
  }
  const advice = 'an administrator grants it at the identity provider'
  return new AuthError('authorization', failure(error, { ...where, advice }).message)
}

// What an administrator's grant would not help against.
const ownFaults = new Set(['invalid_client', 'invalid_scope', 'unsupported_grant_type'])

// What a new sign-in helps against.
const personNeeded = new Set([
  'login_required',
  'interaction_required',
  'insufficient_user_authentication',
])

function checkAnswer(answer: TokenEndpointResponse, { issuer }: KnownProvider): void {
  const { issued_token_type: issued, token_type: type } = answer
  const wrong = (what: string): AuthError =>
    new AuthError('token', `${issuer} answered wrongly to the exchange: ${what}`)
  if (issued !== identityGrant) throw wrong('it issued a token of another type than was asked for')
  if (type !== 'n_a') throw wrong('it calls the grant an access token, which it must not be')
}

interface Expected {
  readonly provider: KnownProvider
  readonly need: Need
  readonly clientId: string
}

function checkGrant(grant: string, { provider, need, clientId }: Expected): void {
  const wrong = (what: string): AuthError =>
    new AuthError('token', `The grant of ${provider.issuer} ${what}`)
  const jwt = readJwt(grant)
  if (!jwt) throw wrong('is no JWT')
  const { type, claims } = jwt
  const { issuer } = need.authorizationServer
  if (type?.toLowerCase() !== 'oauth-id-jag+jwt') throw wrong('is a JWT of another type')
  if (!isFor(claims, issuer)) throw wrong(`is not for ${issuer}`)
  if (claims['resource'] !== undefined && claims['resource'] !== need.resource) {
    throw wrong(`is not for ${need.resource}`)
  }
  if (isOver(claims, 0)) throw wrong('has expired before it could be used: check the clocks')
  const other = claims['client_id']
  if (typeof other === 'string' && other !== clientId) {
    const map = `is for the client ${other.slice(0, 200)}, but ${issuer} knows this one as ${clientId}`
    throw wrong(`${map}: an administrator maps one to the other at the identity provider`)
  }
  const seconds = (claims.exp ?? Number.POSITIVE_INFINITY) - Date.now() / 1000
  if (seconds > 3600) need.warn(`The grants of ${provider.issuer} live for more than an hour`)
}
