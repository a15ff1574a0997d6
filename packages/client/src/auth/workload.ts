/** A workload with the identity that its platform gives it. See RFC 7523 section 2.1 and the extension draft SEP-1933. */
import type { AuthorizationServer } from 'oauth4webapi'
import type { WayIn } from '../http/authorizer.ts'
import type { MaybePromise } from '../options.ts'
import { AuthError } from './auth-error.ts'
import { isFor, isOver, readJwt } from './claims.ts'
import { publicAuth } from './client-auth.ts'
import type { Grant, Need } from './grant.ts'
import { jwtBearer, programGrant, requestTokens } from './grant-request.ts'
import { oauth } from './oauth.ts'
import type { AuthOptions } from './options.ts'

/** The identity of a workload. */
export interface WorkloadIdentity {
  /** The JWT that the platform issued, or what fetches one for the audience that is needed: asked for every token. */
  readonly token: string | ((about: WorkloadNeed) => MaybePromise<string>)
  /** The client id that the workload has at the authorization server, where it needs one. */
  readonly clientId?: string
}

/** What a workload's token is needed for. */
export interface WorkloadNeed {
  /** The issuer of the authorization server: the token has to name it as its audience. */
  readonly audience: string
  readonly resource: string
  readonly signal: AbortSignal
}

/** Gets a workload in by the token of its platform: of Kubernetes, a cloud, a build service. No secret is kept anywhere. */
export function workload(identity: WorkloadIdentity, options: AuthOptions = {}): WayIn {
  return oauth(workloadGrant(identity), options)
}

/** The grant of a workload. */
export function workloadGrant({ token, clientId }: WorkloadIdentity): Grant {
  const obtain: Grant['obtain'] = (need) =>
    requestTokens(need, {
      clientId,
      auth: publicAuth(clientId),
      grantType: jwtBearer,
      parameters: async () => ({ assertion: await assertionOf(token, need) }),
      doing: 'the token of the workload',
    })
  return programGrant(obtain, [])
}

async function assertionOf(token: WorkloadIdentity['token'], need: Need): Promise<string> {
  const server = need.authorizationServer
  const { resource, signal = new AbortController().signal } = need
  const about = { audience: server.issuer, resource, signal }
  const assertion = typeof token === 'function' ? await token(about) : token.trim()
  const jwt = readJwt(assertion)
  if (!jwt) throw new AuthError('authorization', 'The token of the workload is no JWT')
  if (isOver(jwt.claims)) {
    const message = 'The token of the workload has expired: give a function that fetches a new one'
    throw new AuthError('authorization', message)
  }
  if (!audiencesOf(server).some((audience) => isFor(jwt.claims, audience))) {
    // It is not sent: whoever gets a token that is meant for somebody else can use it there.
    const message = `The token of the workload is not for ${server.issuer}, which issues the tokens`
    throw new AuthError('authorization', `${message} of ${resource}: have it issued for it`)
  }
  return assertion
}

function audiencesOf({ issuer, token_endpoint: endpoint }: AuthorizationServer): string[] {
  return endpoint === undefined ? [issuer] : [issuer, endpoint]
}
