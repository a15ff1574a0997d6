/** Who asks: the proof of identity that a company's identity provider gave, kept as long as it is good. */
import { processGenericTokenEndpointResponse, type TokenEndpointResponse } from 'oauth4webapi'
import type { MaybePromise } from '../../options.ts'
import { AuthError } from '../auth-error.ts'
import { isOver, readJwt } from '../claims.ts'
import type { CredentialStore, TokenSet } from '../credentials.ts'
import { failure, refusalCode } from '../refusal.ts'
import type { KnownProvider, Reach } from './identity-provider.ts'
import { type SignIn, signInAt } from './sign-in.ts'

/** Where the proof of a person's identity comes from: exactly one of these. */
export type IdentitySource =
  | { readonly idToken: string | (() => MaybePromise<string>) }
  /** For those who signed in by SAML: the identity provider gave it for the assertion. */
  | { readonly refreshToken: string | (() => MaybePromise<string>) }
  | { readonly signIn: SignIn }

/** A token that says who the person is, and of what type it is. */
export interface Subject {
  readonly token: string
  readonly type: `urn:ietf:params:oauth:token-type:${'id_token' | 'refresh_token'}`
}

export interface Finding extends Reach {
  readonly store: CredentialStore
}

/** Finds the person's proof of identity. Asks them to sign in only where nothing that is held is good any more. */
export async function subjectOf(
  provider: KnownProvider,
  source: IdentitySource,
  finding: Finding,
): Promise<Subject> {
  if ('signIn' in source) {
    const token = await sessionToken(provider, source.signIn, finding)
    return { token, type: 'urn:ietf:params:oauth:token-type:id_token' }
  }
  if ('refreshToken' in source) {
    const token = await currentOf(source.refreshToken)
    if (typeof token !== 'string' || token === '') throw missing('refresh token', provider)
    return { token, type: 'urn:ietf:params:oauth:token-type:refresh_token' }
  }
  const token = await currentOf(source.idToken)
  const jwt = readJwt(token)
  if (!jwt) throw missing('ID token', provider)
  if (isOver(jwt.claims)) {
    const message = `The ID token of ${provider.issuer} has expired: sign in again, and give a function`
    throw new AuthError('interaction_required', `${message} that returns the latest one`)
  }
  return { token, type: 'urn:ietf:params:oauth:token-type:id_token' }
}

/** Forgets the sign-in that `token` came of, so that whoever asks next signs in again; one that has followed it is kept. */
export async function forgetSession(
  provider: KnownProvider,
  store: CredentialStore,
  token: string,
): Promise<void> {
  const key = sessionKey(provider)
  await store.exclusively(key, async () => {
    if ((await store.get(key))?.idToken === token) await store.delete(key)
  })
}

async function sessionToken(
  provider: KnownProvider,
  signIn: SignIn,
  finding: Finding,
): Promise<string> {
  const key = sessionKey(provider)
  const held = goodToken(await finding.store.get(key))
  if (held !== undefined) return held
  // However many servers are connected to at once, and by however many processes: the person signs in once.
  return finding.store.exclusively(key, async () => {
    const before = await finding.store.get(key)
    const others = goodToken(before)
    if (others !== undefined) return others
    const session =
      (await refreshed(provider, before, finding)) ?? (await signedIn(provider, signIn, finding))
    await finding.store.set(key, session)
    const token = goodToken(session)
    if (token === undefined) throw missing('ID token that is still good', provider)
    return token
  })
}

function sessionKey({ issuer }: KnownProvider) {
  return { kind: 'tokens', issuer, resource: issuer } as const
}

function goodToken(session: TokenSet | undefined): string | undefined {
  const jwt = readJwt(session?.idToken)
  return jwt && !isOver(jwt.claims, marginSeconds) ? session?.idToken : undefined
}

// Enough for the exchange that follows.
const marginSeconds = 30

async function refreshed(
  provider: KnownProvider,
  session: TokenSet | undefined,
  reach: Reach,
): Promise<TokenSet | undefined> {
  if (session?.refreshToken === undefined) return undefined
  try {
    const parameters = { refresh_token: session.refreshToken }
    const response = await provider.request({ type: 'refresh_token', parameters }, reach)
    const server = await provider.metadata(reach)
    const answer = await processGenericTokenEndpointResponse(server, provider.client, response)
    if (answer.id_token === undefined) return undefined
    return sessionOf(provider, answer, session.refreshToken)
  } catch (error) {
    // Signed out there: a new sign-in it is. Anything else would not get better by it.
    if (refusalCode(error) === 'invalid_grant') return undefined
    throw failure(error, { issuer: provider.issuer, doing: 'the renewal of the sign-in' })
  }
}

async function signedIn(provider: KnownProvider, signIn: SignIn, reach: Reach): Promise<TokenSet> {
  try {
    return sessionOf(provider, await signInAt(provider, signIn, reach))
  } catch (error) {
    throw failure(error, { issuer: provider.issuer, doing: 'the sign-in' })
  }
}

function sessionOf(
  provider: KnownProvider,
  answer: TokenEndpointResponse,
  oldRefreshToken?: string,
): TokenSet {
  const refreshToken = answer.refresh_token ?? oldRefreshToken
  return {
    kind: 'tokens',
    accessToken: answer.access_token,
    tokenType: 'Bearer',
    clientId: provider.client.client_id,
    ...(answer.id_token !== undefined && { idToken: answer.id_token }),
    ...(refreshToken !== undefined && { refreshToken }),
  }
}

function currentOf(source: string | (() => MaybePromise<string>)): MaybePromise<string> {
  return typeof source === 'function' ? source() : source
}

function missing(what: string, { issuer }: KnownProvider): AuthError {
  return new AuthError('interaction_required', `There is no ${what} of ${issuer}: sign in there`)
}
