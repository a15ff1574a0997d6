/** Google. See https://developers.google.com/identity/protocols/oauth2 */
import type { Verified } from '../options.ts'
import { readScopes } from '../scope-list.ts'
import { issuerOf, type Provider, type ProviderIssuer } from './provider.ts'
import { checkToken } from './token-check.ts'

export interface GoogleOptions {
  /** The OAuth clients whose tokens are taken: `….apps.googleusercontent.com`. Tokens of others are refused. */
  readonly clientIds: string | readonly string[]
  readonly fetch?: typeof fetch
}

/** Trusts access tokens that Google has given to clients of yours: Google is asked about each. */
export function google({ clientIds, fetch }: GoogleOptions): ProviderIssuer {
  const audience = typeof clientIds === 'string' ? [clientIds] : clientIds
  if (audience.length === 0 || audience.includes('')) {
    throw new TypeError('Expected google() to be given the ids of your OAuth clients')
  }
  return issuerOf(googleFacts, {
    issuer: 'https://accounts.google.com',
    audience,
    // The JWTs that Google signs are ID tokens, which open nothing.
    jwks: { keys: [] },
    recognizes: (token) => token.startsWith('ya29.'),
    async verify(token) {
      const init = { headers: { authorization: `Bearer ${token}` } }
      const found = await checkToken({ url: tokenInfo, init, bad: [400, 401], fetch })
      return found && readTokenInfo(found)
    },
  })
}

const tokenInfo = 'https://oauth2.googleapis.com/tokeninfo'

function readTokenInfo(found: Readonly<Record<string, unknown>>): Verified | undefined {
  const { sub, azp, aud, exp, scope, email, email_verified: verified } = found
  // Without `openid` or a scope of the profile it does not say whose it is.
  if (typeof sub !== 'string' || sub === '' || typeof aud !== 'string') return undefined
  return {
    subject: sub,
    clientId: typeof azp === 'string' ? azp : aud,
    scopes: readScopes(scope),
    claims: {
      sub,
      aud,
      exp: Number(exp),
      ...(typeof email === 'string' && { email, email_verified: String(verified) === 'true' }),
    },
  }
}

export const googleFacts: Provider = {
  name: 'google',
  title: 'Google',
  isIssuer: (issuer) => issuer === 'https://accounts.google.com',
  can: {
    metadataDocuments: 'no',
    registration: 'no',
    resource: 'no',
    pkce: 'yes',
    jwt: 'no',
    scopes: 'no',
  },
  limits: [
    'Its access tokens are opaque: Google is asked about each once a minute at most, and this server cannot check tokens while Google cannot be reached.',
    "Tokens are for a client, not for a server: only those of clients that you name are taken, and these work at Google's own APIs too. Ask for no scopes but openid, email and profile.",
    'Each client must be made in the Cloud Console by hand, with a secret: clients can neither register nor bring metadata documents.',
    'There are no scopes of your own, so that step-up leads nowhere. Put an authorization server of your own before it where you need them.',
  ],
}
