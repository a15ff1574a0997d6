/** See RFC 7009. */
import {
  allowInsecureRequests,
  customFetch,
  processRevocationResponse,
  revocationRequest,
} from 'oauth4webapi'
import type { CredentialStore, KnownServer, TokenSet } from './credentials.ts'
import { findIssuer } from './discover-issuer.ts'
import type { AuthOptions } from './options.ts'
import { createOutbound, type Outbound } from './outbound.ts'
import { refusalCode } from './refusal.ts'
import { authOf } from './tokens.ts'

/** What became of the credentials for a server. */
export interface SignedOut {
  readonly issuer: string
  /** Whether the authorization server was told: `kept` where it takes no such word, `failed` where it did not get through. */
  readonly revoked: 'revoked' | 'kept' | 'failed'
  /** Why it failed. */
  readonly why?: string
}

export interface SignOutOptions extends Omit<AuthOptions, 'store'> {
  readonly store: CredentialStore
  readonly signal?: AbortSignal
}

/** Revokes the tokens for a server where that can be done, and forgets them in any case; undefined where none were held. */
export async function signOut(
  server: string | URL,
  options: SignOutOptions,
): Promise<SignedOut | undefined> {
  const { store, signal } = options
  const url = new URL(server)
  const known = await store.get({ kind: 'server', url: url.href })
  if (!known) return undefined
  const key = { kind: 'tokens', issuer: known.issuer, resource: known.resource } as const
  return store.exclusively(key, async () => {
    const tokens = await store.get(key)
    await store.delete(key)
    await store.delete({ kind: 'server', url: url.href })
    if (!tokens) return { issuer: known.issuer, revoked: 'kept' }
    const outbound = createOutbound(
      { server: url, warn() {} },
      options,
    )(signal ?? AbortSignal.timeout(timeoutMs))
    return { issuer: known.issuer, ...(await revoke({ known, tokens, store, outbound })) }
  })
}

const timeoutMs = 30_000

interface Revoking {
  readonly known: KnownServer
  readonly tokens: TokenSet
  readonly store: CredentialStore
  readonly outbound: Outbound
}

async function revoke({
  known,
  tokens,
  store,
  outbound,
}: Revoking): Promise<Pick<SignedOut, 'revoked' | 'why'>> {
  const { issuer } = known
  const { fetch, insecure, signal } = outbound
  try {
    const server = await findIssuer(issuer, outbound)
    const client = await store.get({ kind: 'client', issuer })
    if (!server?.revocation_endpoint || !client || client.clientId !== tokens.clientId) {
      return { revoked: 'kept' }
    }
    const auth = await authOf(client, server)
    // The refresh token first: with it the authorization server lets go of all that came of it.
    const tokensHeld = [tokens.refreshToken, tokens.accessToken].filter((one) => one !== undefined)
    let taken = false
    for (const token of tokensHeld) {
      const answer = await revocationRequest(server, { client_id: client.clientId }, auth, token, {
        [customFetch]: fetch,
        [allowInsecureRequests]: insecure,
        ...(signal && { signal }),
      })
      if (await isTaken(answer)) taken = true
    }
    return { revoked: taken ? 'revoked' : 'kept' }
  } catch (error) {
    const why = refusalCode(error) ?? (error instanceof Error ? error.message : String(error))
    return { revoked: 'failed', why }
  }
}

/** Whether a token was revoked: tokens that carry their own end cannot be, at many authorization servers. */
async function isTaken(answer: Response): Promise<boolean> {
  try {
    await processRevocationResponse(answer)
    return true
  } catch (error) {
    if (refusalCode(error) === 'unsupported_token_type') return false
    throw error
  }
}
