/** Requests to token endpoints without a person. See RFC 6749 section 4.4 and RFC 7523 section 2.1. */
import {
  type AuthorizationServer,
  type Client,
  type ClientAuth,
  genericTokenEndpointRequest,
  processGenericTokenEndpointResponse,
  type TokenEndpointResponse,
} from 'oauth4webapi'
import type { MaybePromise } from '../options.ts'
import type { TokenSet } from './credentials.ts'
import type { Grant, Need } from './grant.ts'
import { assertHeaderToken } from './header-token.ts'
import { failure } from './refusal.ts'

export interface GrantRequest {
  readonly clientId: string | undefined
  readonly auth: ClientAuth
  readonly grantType: string
  /** Further parameters, made anew for each attempt: what is good once only is never sent twice. */
  readonly parameters?: () => MaybePromise<Readonly<Record<string, string>>>
  /** What this is to people: `the client credentials of robot`. */
  readonly doing: string
}

export const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** A grant of a program: what replaces a token that is about to expire is got as the first one was, with the same scopes. */
export function programGrant(
  obtain: Grant['obtain'],
  issuers: readonly (string | undefined)[],
): Grant {
  return {
    interactive: false,
    issuers: issuers.filter((issuer) => issuer !== undefined),
    obtain,
    refresh: (need, { scope = need.scope }) => obtain({ ...need, scope }),
  }
}

/** Asks the authorization server of `need` for tokens, always for its resource. */
export async function requestTokens(need: Need, request: GrantRequest): Promise<TokenSet> {
  const server = need.authorizationServer
  // The library asks for a client even where the request names none.
  const client: Client = { client_id: request.clientId ?? 'none' }
  try {
    const answer = await need.request(async (options) => {
      const parameters = {
        ...(need.scope && { scope: need.scope }),
        resource: need.resource,
        ...(await request.parameters?.()),
      }
      const { auth, grantType } = request
      return processGenericTokenEndpointResponse(
        server,
        client,
        await send(server, { client, auth, grantType, parameters, options }),
      )
    })
    return tokenSetOf(answer, need, request.clientId)
  } catch (error) {
    throw failure(error, { issuer: server.issuer, doing: request.doing })
  }
}

interface Sent extends Pick<GrantRequest, 'auth' | 'grantType'> {
  readonly client: Client
  readonly parameters: Record<string, string>
  readonly options: Parameters<Parameters<Need['request']>[0]>[0]
}

function send(server: AuthorizationServer, sent: Sent): Promise<Response> {
  const { client, auth, grantType, parameters, options } = sent
  return genericTokenEndpointRequest(server, client, auth, grantType, parameters, options)
}

function tokenSetOf(
  answer: TokenEndpointResponse,
  need: Need,
  clientId: string | undefined,
): TokenSet {
  assertHeaderToken(answer.access_token)
  const scope = answer.scope ?? need.scope
  return {
    kind: 'tokens',
    accessToken: answer.access_token,
    tokenType: answer.token_type === 'dpop' ? 'DPoP' : 'Bearer',
    ...(scope !== undefined && { scope }),
    ...(answer.expires_in !== undefined && { expiresAt: Date.now() + answer.expires_in * 1000 }),
    ...(clientId !== undefined && { clientId }),
  }
}
