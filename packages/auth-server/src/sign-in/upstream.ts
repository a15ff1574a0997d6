/**
 * Sign-in at another OpenID provider, on behalf of many clients with one client id of ours there.
 * See /specification/2026-07-28/basic/security_best_practices#confused-deputy-problem
 */
import type { Store } from '@lutra/core'
import * as oauth from 'oauth4webapi'
import { recordKey } from '../store/record-key.ts'
import type { User } from './sign-in.ts'

export interface UpstreamOptions {
  /** The provider, exactly as it calls itself. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret?: string
  /** `openid profile email` unless told. */
  readonly scope?: string
  /** Who somebody is here; `issuer|sub` unless told, and undefined lets them not in. */
  readonly user?: (claims: oauth.IDToken) => User | undefined | Promise<User | undefined>
}

/** Made by `upstream()`. */
export interface Upstream extends UpstreamOptions {
  readonly kind: 'upstream'
}

/** Signs people in at another OpenID provider. Register `ISSUER/callback` as the redirect URI there. */
export function upstream(options: UpstreamOptions): Upstream {
  if (!URL.canParse(options.issuer)) throw new TypeError('upstream: issuer is no URL')
  if (!options.clientId) throw new TypeError('upstream: clientId is missing')
  return { kind: 'upstream', ...options }
}

export interface UpstreamSignIn {
  /** Where somebody goes to sign in. Called when they have consented, never before: the state is made here. `another`: not as whom they are known. */
  begin(uid: string, options?: { readonly another?: boolean }): Promise<string>
  /** Which interaction somebody comes back to. */
  interactionOf(url: URL): Promise<Visit | undefined>
  /** Who came back; undefined when they may not come in. */
  finish(url: URL, visit: Visit): Promise<User | undefined>
}

/** What was remembered while somebody was away: good for one return. */
export interface Visit {
  readonly uid: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface UpstreamParts {
  readonly store: Store
  readonly redirectUri: string
}

/** The way to the provider and back. */
export function createUpstreamSignIn(
  options: Upstream,
  { store, redirectUri }: UpstreamParts,
): UpstreamSignIn {
  const client: oauth.Client = { client_id: options.clientId }
  const means = () => ({
    signal: AbortSignal.timeout(10_000),
    [oauth.allowInsecureRequests]: options.issuer.startsWith('http:'),
  })
  const discover = createDiscovery(new URL(options.issuer), means)

  return {
    async begin(uid, { another = false } = {}) {
      const server = await discover()
      if (!server.authorization_endpoint)
        throw new Error(`${options.issuer} has no authorization endpoint`)
      const state = oauth.generateRandomState()
      const verifier = oauth.generateRandomCodeVerifier()
      const nonce = oauth.generateRandomNonce()
      const visit: Visit = { uid, state, nonce, verifier }
      await store.set(recordKey('Upstream', state), visit, {
        ttlMs: 600_000,
        ifVersion: null,
        secret: true,
      })
      const url = new URL(server.authorization_endpoint)
      const query = {
        response_type: 'code',
        client_id: options.clientId,
        redirect_uri: redirectUri,
        scope: options.scope ?? 'openid profile email',
        state,
        nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(another ? { prompt: 'select_account' } : {}),
      }
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
      return url.href
    },
    async interactionOf(url) {
      const key = recordKey('Upstream', url.searchParams.get('state') ?? '')
      const found = await store.get(key)
      const mine = found && (await store.delete(key, { ifVersion: found.version }))
      return mine ? (found.value as Visit) : undefined
    },
    async finish(url, { state, nonce, verifier }) {
      const server = await discover()
      const parameters = oauth.validateAuthResponse(server, client, url, state)
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        authentication(options, server),
        parameters,
        redirectUri,
        verifier,
        means(),
      )
      const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
        expectedNonce: nonce,
        requireIdToken: true,
      })
      await oauth.validateApplicationLevelSignature(server, response, means())
      const claims = oauth.getValidatedIdTokenClaims(tokens)
      if (!claims) throw new Error(`${options.issuer} sent no ID token`)
      return options.user ? options.user(claims) : defaultUser(claims)
    },
  }
}

/** Two providers may have the same subject for different people: the issuer belongs to who somebody is. */
function defaultUser({ iss, sub, name, email }: oauth.IDToken): User {
  const shown = typeof name === 'string' ? name : email
  return { id: `${iss}|${sub}`, ...(typeof shown === 'string' ? { name: shown } : {}) }
}

function authentication(
  { clientSecret }: Upstream,
  { token_endpoint_auth_methods_supported: methods }: oauth.AuthorizationServer,
): oauth.ClientAuth {
  if (!clientSecret) return oauth.None()
  const basic = methods?.includes('client_secret_basic') ?? true
  return basic ? oauth.ClientSecretBasic(clientSecret) : oauth.ClientSecretPost(clientSecret)
}

const freshMs = 3_600_000

function createDiscovery(issuer: URL, means: () => oauth.DiscoveryRequestOptions) {
  let known: { server: Promise<oauth.AuthorizationServer>; at: number } | undefined
  return () => {
    if (known && Date.now() - known.at < freshMs) return known.server
    const server = oauth
      .discoveryRequest(issuer, means())
      .then((response) => oauth.processDiscoveryResponse(issuer, response))
    known = { server, at: Date.now() }
    server.catch(() => {
      known = undefined
    })
    return server
  }
}
