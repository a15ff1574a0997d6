/** GitHub. See https://docs.github.com/rest/apps/oauth-applications#check-a-token */
import { isObject } from '@lutra/core'
import type { Verified } from '../options.ts'
import { readScopes } from '../scope-list.ts'
import { isAt, issuerOf, originOf, type Provider, type ProviderIssuer } from './provider.ts'
import { checkToken } from './token-check.ts'

export interface GithubOptions {
  /** Your OAuth app or GitHub App: only tokens that were given to it are taken. */
  readonly clientId: string
  readonly clientSecret: string
  /** Where it is a server of your own: `github.example.com`. */
  readonly domain?: string
  readonly fetch?: typeof fetch
}

/** Trusts the tokens that GitHub has given to users of an app of yours: GitHub is asked about each. */
export function github(options: GithubOptions): ProviderIssuer {
  const { clientId, clientSecret, domain = 'github.com', fetch } = options
  if (!clientId || !clientSecret) {
    throw new TypeError('Expected github() to be given the clientId and clientSecret of your app')
  }
  const origin = originOf(domain, 'the domain of github()')
  const api = origin === 'https://github.com' ? 'https://api.github.com' : `${origin}/api/v3`
  const url = `${api}/applications/${encodeURIComponent(clientId)}/token`
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`,
    'content-type': 'application/json',
    'user-agent': 'lutra',
  }
  return issuerOf(githubFacts, {
    issuer: `${origin}/login/oauth`,
    jwks: { keys: [] },
    recognizes: (token) => /^gh[ou]_/.test(token),
    async verify(token) {
      const body = JSON.stringify({ access_token: token })
      const found = await checkToken({ url, init: { headers, body }, bad: [404, 422], fetch })
      return found && readApplication(found, clientId)
    },
  })
}

function readApplication(
  { app, user, scopes, expires_at: expires }: Readonly<Record<string, unknown>>,
  clientId: string,
): Verified | undefined {
  // It is asked about tokens of this app alone. That it says so is what stands in for an audience.
  if (!isObject(app) || app['client_id'] !== clientId || !isObject(user)) return undefined
  const { id, login } = user
  if (typeof id !== 'number' || typeof login !== 'string') return undefined
  const exp = typeof expires === 'string' ? Date.parse(expires) / 1000 : undefined
  return {
    subject: String(id),
    clientId,
    scopes: readScopes(scopes),
    claims: { login, ...(exp !== undefined && { exp }) },
  }
}

export const githubFacts: Provider = {
  name: 'github',
  title: 'GitHub',
  isIssuer: (issuer) => isAt(issuer, 'github.com'),
  can: {
    metadataDocuments: 'no',
    registration: 'no',
    resource: 'no',
    pkce: 'yes',
    jwt: 'no',
    scopes: 'no',
  },
  limits: [
    "Its tokens are opaque and name no audience: the only check is whether GitHub gave a token to your own app, by the app's secret. Every server that this app is used for can use the token at the others, and at GitHub.",
    'One app stands for all clients: each user of it needs its client id, and its secret to sign in. Registration and metadata documents are unknown to it.',
    "The scopes are GitHub's own, as repo or read:user; tokens of GitHub Apps have none. Step-up to scopes of yours leads nowhere: put an authorization server of your own before it where you need them.",
    'GitHub is asked about each token once a minute at most, and this server cannot check tokens while GitHub cannot be reached.',
  ],
}
