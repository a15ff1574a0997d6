/** The way back from the authorization server. See RFC 9207 and /specification/2026-07-28/basic/authorization#authorization-response-validation */
import {
  AuthorizationResponseError,
  type AuthorizationServer,
  authorizationCodeGrantRequest,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from 'oauth4webapi'
import { AuthError } from './auth-error.ts'
import type { PendingAuthorization, Registration, TokenSet } from './credentials.ts'
import type { Need } from './grant.ts'
import type { ClientKey } from './options.ts'
import { failure, refusalCode } from './refusal.ts'
import { authOf, tokenSetOf } from './tokens.ts'

/** What somebody came back with: the URL, or its query. */
export type Callback = string | URL | URLSearchParams

/** The parameters that somebody came back with. */
export function readCallback(callback: Callback): URLSearchParams {
  if (callback instanceof URLSearchParams) return callback
  if (callback instanceof URL) return callback.searchParams
  return URL.canParse(callback) ? new URL(callback).searchParams : new URLSearchParams(callback)
}

export interface Returned {
  readonly registration: Registration
  readonly key: ClientKey | undefined
  readonly pending: PendingAuthorization
  readonly state: string
  readonly callback: URLSearchParams
}

/** Trades what somebody came back with for tokens, once it is certain that it is from where they were sent. */
export async function redeemCode(need: Need, returned: Returned): Promise<TokenSet> {
  const { authorizationServer: server, resource } = need
  const { registration, pending } = returned
  const client = { client_id: registration.clientId }
  const parameters = validated(server, client, returned)
  const auth = await authOf(registration, server, returned.key)
  try {
    const answer = await need.request(async (options) =>
      processAuthorizationCodeResponse(
        server,
        client,
        await authorizationCodeGrantRequest(
          server,
          client,
          auth,
          parameters,
          pending.redirectUri,
          pending.codeVerifier,
          { ...options, additionalParameters: { resource } },
        ),
      ),
    )
    return tokenSetOf(answer, { scope: pending.scope, clientId: registration.clientId })
  } catch (error) {
    await dropUnknown(need, registration, error)
    throw failure(error, { issuer: server.issuer, doing: 'the authorization code' })
  }
}

function validated(
  server: AuthorizationServer,
  client: { readonly client_id: string },
  { callback, state }: Returned,
): URLSearchParams {
  const { issuer } = server
  // By the letter, and before anything else is believed, errors included: it may be from somebody else.
  const said = callback.getAll('iss')
  const wrong = said.some((one) => one !== issuer) || said.length > 1
  if (wrong || (said.length === 0 && server.authorization_response_iss_parameter_supported)) {
    const what = said.length === 0 ? 'does not name who sent it' : 'was sent by another server'
    throw new AuthError(
      'authorization',
      `The answer to signing in at ${issuer} ${what}: it is not used, and somebody may have meddled with it`,
    )
  }
  try {
    return validateAuthResponse(server, client, callback, state)
  } catch (error) {
    if (error instanceof AuthorizationResponseError) throw refusalOf(error, issuer)
    // biome-ignore lint/style/useErrorCause: the library keeps all that came back as the cause, the code included.
    throw new AuthError(
      'authorization',
      `The answer to signing in at ${issuer} is not the one that was waited for: sign in again`,
    )
  }
}

function refusalOf(error: AuthorizationResponseError, issuer: string): Error {
  if (refusalCode(error) !== 'access_denied') return failure(error, { issuer, doing: 'to sign in' })
  return new AuthError('cancelled', `Access was denied at ${issuer}`)
}

/** Forgets a registration that the server has forgotten. */
async function dropUnknown(need: Need, registration: Registration, error: unknown): Promise<void> {
  if (registration.how !== 'dynamic' || refusalCode(error) !== 'invalid_client') return
  await need.store.delete({ kind: 'client', issuer: need.authorizationServer.issuer })
}
