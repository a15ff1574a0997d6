/** A client as others write them, on oauth4webapi. */
import * as oauth from 'oauth4webapi'
import {
  type Browser,
  createBrowser,
  follow,
  formToken,
  openConsent,
  resource,
} from './start.test.ts'

export const insecure = { [oauth.allowInsecureRequests]: true }
export const callback = 'http://127.0.0.1:9999/callback'

export interface Asking {
  readonly clientId?: string
  readonly redirectUri?: string
  readonly scope?: string | undefined
  readonly resource?: string | undefined
  readonly decision?: string
  readonly browser?: Browser
  readonly extra?: Record<string, string>
}

export async function discover(issuer: string): Promise<oauth.AuthorizationServer> {
  const response = await oauth.discoveryRequest(new URL(issuer), {
    algorithm: 'oauth2',
    ...insecure,
  })
  return oauth.processDiscoveryResponse(new URL(issuer), response)
}

/** An authorization request, with the verifier that belongs to it. */
export async function authorizationUrl(server: oauth.AuthorizationServer, asking: Asking = {}) {
  const verifier = oauth.generateRandomCodeVerifier()
  const url = new URL(server.authorization_endpoint ?? '')
  const query: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: asking.clientId ?? 'cli',
    redirect_uri: asking.redirectUri ?? callback,
    state: 'some-state',
    scope: 'scope' in asking ? asking.scope : 'notes:read',
    resource: 'resource' in asking ? asking.resource : resource,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...asking.extra,
  }
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') url.searchParams.set(name, value)
  return { url, verifier }
}

/** Goes through consent, to where the client is called back. */
export async function authorize(server: oauth.AuthorizationServer, asking: Asking = {}) {
  const browser = asking.browser ?? createBrowser()
  const { url, verifier } = await authorizationUrl(server, asking)
  const { page, html, location } = await openConsent(browser, url)
  if (page === '')
    return { html, back: location ? new URL(location) : undefined, verifier, browser }
  const answer = await browser.post(page, {
    token: formToken(html),
    decision: asking.decision ?? 'allow test-user',
  })
  const last = await follow(browser, server.issuer, answer)
  const back = last.headers.get('location')
  return { html, back: back ? new URL(back) : undefined, verifier, browser }
}

export interface Exchange {
  readonly back: URL | undefined
  readonly verifier: string
}

/** Changes the code for tokens as the client `id`. */
export async function exchange(
  server: oauth.AuthorizationServer,
  { back, verifier }: Exchange,
  asking: Asking & { readonly auth?: oauth.ClientAuth; readonly dpop?: oauth.DPoPHandle } = {},
) {
  const client = { client_id: asking.clientId ?? 'cli' }
  if (!back) throw new Error('nothing came back')
  const parameters = oauth.validateAuthResponse(server, client, back, 'some-state')
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    asking.auth ?? oauth.None(),
    parameters,
    asking.redirectUri ?? callback,
    verifier,
    { ...insecure, ...(asking.dpop ? { DPoP: asking.dpop } : {}) },
  )
  return oauth.processAuthorizationCodeResponse(server, client, response)
}

export async function refresh(server: oauth.AuthorizationServer, token: string, clientId = 'cli') {
  const client = { client_id: clientId }
  const response = await oauth.refreshTokenGrantRequest(
    server,
    client,
    oauth.None(),
    token,
    insecure,
  )
  return oauth.processRefreshTokenResponse(server, client, response)
}

/** One client for everything that people use. */
export const cli = { id: 'cli', name: 'Command line', redirectUris: ['http://127.0.0.1/callback'] }
