/** See /specification/2026-07-28/basic/authorization#refresh-tokens */
import { processRefreshTokenResponse, refreshTokenGrantRequest } from 'oauth4webapi'
import { AuthError } from './auth-error.ts'
import type { TokenSet } from './credentials.ts'
import type { Grant, Need } from './grant.ts'
import type { ClientKey } from './options.ts'
import { failure, refusalCode } from './refusal.ts'
import { authOf, tokenSetOf } from './tokens.ts'

/** Whether tokens can be made new without asking anybody. */
export function isRefreshable(grant: Grant, tokens: TokenSet): boolean {
  return tokens.refreshToken !== undefined || (grant.refresh !== undefined && !grant.interactive)
}

/** New tokens for old ones; undefined where those are void: there is nothing left but to get in anew. */
export async function refreshTokens(
  grant: Grant,
  need: Need,
  tokens: TokenSet,
): Promise<TokenSet | undefined> {
  try {
    return await (grant.refresh ? grant.refresh(need, tokens) : byRefreshToken(need, tokens))
  } catch (error) {
    if (voids.has(refusalCode(error) ?? '')) return undefined
    throw failure(error, { issuer: need.authorizationServer.issuer, doing: 'the refresh token' })
  }
}

const voids = new Set(['invalid_grant', 'invalid_client', 'unauthorized_client', 'invalid_target'])

/** New tokens by a refresh token, as the client that it was issued to; undefined where that cannot be. */
export async function byRefreshToken(
  need: Need,
  tokens: TokenSet,
  key?: ClientKey,
): Promise<TokenSet | undefined> {
  const { authorizationServer: server, resource, store } = need
  const { refreshToken, clientId } = tokens
  const registration = await store.get({ kind: 'client', issuer: server.issuer })
  // Tokens belong to the client that they were issued to, and to nobody else.
  if (refreshToken === undefined || !registration || registration.clientId !== clientId) {
    return undefined
  }
  const client = { client_id: registration.clientId }
  const auth = await authOf(registration, server, key)
  const answer = await need.request(async (options) =>
    processRefreshTokenResponse(
      server,
      client,
      await refreshTokenGrantRequest(server, client, auth, refreshToken, {
        ...options,
        additionalParameters: { resource },
      }),
    ),
  )
  if (tokens.tokenType === 'DPoP' && answer.token_type !== 'dpop') {
    throw new AuthError('token', `${server.issuer} gave a plain token for one bound to a key`)
  }
  return tokenSetOf(answer, { clientId: registration.clientId, before: tokens })
}
