/** Single sign-on at a company's identity provider: an authorization code with PKCE, state and nonce. */
import {
  type AuthorizationServer,
  authorizationCodeGrantRequest,
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  processAuthorizationCodeResponse,
  type TokenEndpointResponse,
  validateAuthResponse,
} from 'oauth4webapi'
import { isLoopback } from '../../http/loopback.ts'
import type { MaybePromise } from '../../options.ts'
import { AuthError } from '../auth-error.ts'
import type { Landing } from '../code-grant.ts'
import type { KnownProvider, Reach } from './identity-provider.ts'

/** How the person of this program signs in at the identity provider: `browserSignIn()` of `@lutra/client/auth-node`, or a place of your own. */
export interface SignIn {
  /** Opens the place to come back to, once for each sign-in. */
  readonly open: (about: { readonly issuer: string }) => MaybePromise<Landing>
  /** What to ask for. Default: `openid`, and `offline_access` where the identity provider knows it. */
  readonly scope?: string
}

/** Has the person sign in. What comes back holds an ID token, always. */
export async function signInAt(
  provider: KnownProvider,
  { open, scope }: SignIn,
  reach: Reach,
): Promise<TokenEndpointResponse> {
  const server = await provider.metadata(reach)
  const landing = await open({ issuer: provider.issuer })
  try {
    const secrets = {
      state: generateRandomState(),
      nonce: generateRandomNonce(),
      verifier: generateRandomCodeVerifier(),
    }
    const url = authorizationUrl(server)
    const parameters = {
      response_type: 'code',
      client_id: provider.client.client_id,
      redirect_uri: landing.redirectUri,
      scope: scope ?? usualScope(server),
      state: secrets.state,
      nonce: secrets.nonce,
      code_challenge: await calculatePKCECodeChallenge(secrets.verifier),
      code_challenge_method: 'S256',
    }
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    const back = await landing.show(url, reach.signal ?? new AbortController().signal)
    const code = validateAuthResponse(server, provider.client, queryOf(back), secrets.state)
    const auth = await provider.authFor(server)
    const response = await authorizationCodeGrantRequest(
      server,
      provider.client,
      auth,
      code,
      landing.redirectUri,
      secrets.verifier,
      provider.options(reach),
    )
    return await processAuthorizationCodeResponse(server, provider.client, response, {
      expectedNonce: secrets.nonce,
      requireIdToken: true,
    })
  } finally {
    await landing.close?.()
  }
}

function authorizationUrl(server: AuthorizationServer): URL {
  const endpoint = server.authorization_endpoint ?? ''
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) {
    return url
  }
  const message = `${server.issuer} names no https page at which people sign in`
  throw new AuthError('unsafe_url', message)
}

function usualScope(server: AuthorizationServer): string {
  return server.scopes_supported?.includes('offline_access') ? 'openid offline_access' : 'openid'
}

function queryOf(back: string | URL | URLSearchParams): URLSearchParams {
  if (back instanceof URLSearchParams) return back
  if (back instanceof URL) return back.searchParams
  return URL.canParse(back) ? new URL(back).searchParams : new URLSearchParams(back)
}
