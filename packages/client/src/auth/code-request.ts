/** The way to the authorization server. See /specification/2026-07-28/basic/authorization#authorization-code-protection */
import {
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomState,
  processPushedAuthorizationResponse,
  pushedAuthorizationRequest,
} from 'oauth4webapi'
import { isLoopback } from '../http/loopback.ts'
import { AuthError } from './auth-error.ts'
import type { PendingAuthorization, Registration } from './credentials.ts'
import type { Need } from './grant.ts'
import type { ClientKey } from './options.ts'
import { failure } from './refusal.ts'
import { authOf } from './tokens.ts'

/** Who asks for an authorization. */
export interface CodeClient {
  readonly registration: Registration
  readonly redirectUri: string
  readonly key: ClientKey | undefined
}

/** An authorization that is about to be asked for. */
export interface CodeRequest {
  /** Where to send the person. */
  readonly url: URL
  readonly state: string
  /** What has to be known when they come back. */
  readonly pending: PendingAuthorization
}

// What programs can be started with, and servers take, ends somewhere above.
const maxUrl = 32 * 1024
const lifetimeMs = 10 * 60_000

/** Throws where nobody should sign in by a code: before this client is made known there. */
export function assertSafeCodes(need: Need): void {
  assertPkce(need)
  authorizationEndpoint(need)
}

/** Prepares an authorization; nothing has been sent anywhere that a person could see. */
export async function requestCode(
  need: Need,
  { registration, redirectUri, key }: CodeClient,
): Promise<CodeRequest> {
  const { authorizationServer: server, resource, scope } = need
  assertSafeCodes(need)
  if (!isRedirectUri(redirectUri)) throw new AuthError('authorization', redirectUriAdvice)
  const codeVerifier = generateRandomCodeVerifier()
  const state = generateRandomState()
  const parameters = new Map([
    ['response_type', 'code'],
    ['client_id', registration.clientId],
    ['redirect_uri', redirectUri],
    ['code_challenge', await calculatePKCECodeChallenge(codeVerifier)],
    ['code_challenge_method', 'S256'],
    ['state', state],
    ['resource', resource],
  ])
  if (scope !== undefined) parameters.set('scope', scope)
  // OpenID providers grant it only to who was asked.
  if (scope?.split(' ').includes('offline_access')) parameters.set('prompt', 'consent')
  const url = authorizationEndpoint(need)
  const sent = server.require_pushed_authorization_requests
    ? await push(need, { registration, key }, parameters)
    : parameters
  for (const [name, value] of sent) url.searchParams.set(name, value)
  if (url.href.length > maxUrl) {
    throw new AuthError(
      'unsafe_url',
      `${server.issuer} names a page of an address that is too long`,
    )
  }
  return {
    url,
    state,
    pending: {
      kind: 'pending',
      server: need.server.href,
      issuer: server.issuer,
      resource,
      clientId: registration.clientId,
      redirectUri,
      codeVerifier,
      ...(need.bound && { bound: true }),
      expiresAt: Date.now() + lifetimeMs,
      ...(scope !== undefined && { scope }),
    },
  }
}

function assertPkce({ authorizationServer: { issuer, code_challenge_methods_supported } }: Need) {
  if (code_challenge_methods_supported?.includes('S256')) return
  const said = code_challenge_methods_supported ? 'not by S256' : 'as far as its metadata says'
  throw new AuthError(
    'authorization',
    `${issuer} does not protect authorization codes (PKCE), ${said}: nobody should sign in there`,
  )
}

/** Whether people may come back to an address. */
export function isRedirectUri(uri: string): boolean {
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  return url !== undefined && isWeb(url) && !url.hash
}

export const redirectUriAdvice =
  'The redirect URI has to be an https URL, or an http one on loopback, without a fragment'

/** Where people are sent: a program opens it on their behalf, so it has to be a page. */
function authorizationEndpoint(need: Need): URL {
  const { authorizationServer: server } = need
  const { issuer, authorization_endpoint: endpoint } = server
  if (endpoint === undefined || !URL.canParse(endpoint)) {
    throw new AuthError('discovery', `${issuer} names no page on which people could sign in`)
  }
  const url = new URL(endpoint)
  if (isWeb(url) && !url.username && !url.password) {
    url.hash = ''
    // The browser of a person reaches what their network keeps inside.
    need.check?.(url)
    return url
  }
  throw new AuthError(
    'unsafe_url',
    `${issuer} wants people to sign in at an address of the scheme ${url.protocol.slice(0, 20)}: only https pages are opened`,
  )
}

function isWeb({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

/** Hands the parameters over behind the scenes, where a server wants them so. See RFC 9126. */
async function push(
  need: Need,
  { registration, key }: Omit<CodeClient, 'redirectUri'>,
  parameters: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const { authorizationServer: server } = need
  const client = { client_id: registration.clientId }
  const auth = await authOf(registration, server, key)
  try {
    const { request_uri } = await need.request(async (options) =>
      processPushedAuthorizationResponse(
        server,
        client,
        await pushedAuthorizationRequest(
          server,
          client,
          auth,
          [...parameters].map(([...one]) => one),
          options,
        ),
      ),
    )
    return new Map([
      ['client_id', registration.clientId],
      ['request_uri', request_uri],
    ])
  } catch (error) {
    throw failure(error, { issuer: server.issuer, doing: 'the pushed authorization request' })
  }
}
