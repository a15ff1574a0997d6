import type { CredentialStore, TokenSet } from '@lutra/client/auth'
import { dateOf } from '../auth/date.ts'
import type { Examination } from './finding.ts'
import type { Protection } from './resource-metadata.ts'
import { see } from './see.ts'

const step = 'credentials'
const side = 'this command line'

/** Says what is held for a server, without showing it. Whether there is something to call with. */
export async function examineHeld(
  store: CredentialStore,
  protection: Protection | undefined,
  { server, say }: Examination,
): Promise<boolean> {
  const known = await store.get({ kind: 'server', url: server.href })
  const tokens = known && (await store.get({ ...known, kind: 'tokens' }))
  const login = `lutra login ${server.href}`
  if (!known || !tokens) {
    say(step, 'told', { what: 'Nobody is signed in here', side, fix: `Sign in: ${login}` })
    return false
  }
  if (protection && !protection.issuers.includes(known.issuer)) {
    say(step, 'bad', {
      what: `What is held comes from ${known.issuer}, which the server does not trust any more`,
      side,
      fix: `Sign in anew: ${login}`,
      see: see.servers,
    })
    return false
  }
  return examineTokens(tokens, known.issuer, (outcome, what, fix) => {
    say(step, outcome, { what, ...(fix && { side, fix: `${fix}: ${login}` }) })
  })
}

function examineTokens(
  { scope, expiresAt, refreshToken, tokenType }: TokenSet,
  issuer: string,
  say: (outcome: 'good' | 'bad' | 'told', what: string, fix?: string) => void,
): boolean {
  const bound = tokenType === 'DPoP' ? ', bound to a key' : ''
  const scopes = scope ? `, for the scopes ${scope}` : ''
  const what = `There is a token of ${issuer}${bound}${scopes}`
  if (expiresAt === undefined || expiresAt > Date.now()) {
    const until = expiresAt === undefined ? '' : `; it expires ${dateOf(expiresAt)}`
    say('good', `${what}${until}`)
    return true
  }
  const expired = `${what}; it has expired ${dateOf(expiresAt)}`
  if (refreshToken !== undefined) {
    say('told', `${expired}, and is renewed without asking`)
    return true
  }
  say('bad', `${expired}, and cannot be renewed`, 'Sign in anew')
  return false
}

/** Says what can be read off a token that was given, without showing it. */
export function examineGiven(
  token: string,
  protection: Protection | undefined,
  { say }: Examination,
): void {
  const claims = claimsOf(token)
  if (!claims) {
    say(step, 'told', 'A token was given; nothing can be read off it')
    return
  }
  const { iss, aud, exp } = claims
  const audiences = [aud].flat().filter((one) => typeof one === 'string')
  say(
    step,
    'told',
    `A token of ${String(iss ?? 'an unknown issuer')} was given, for ${audiences.join(', ') || 'no audience'}`,
  )
  if (typeof exp === 'number' && exp * 1000 < Date.now()) {
    say(step, 'bad', {
      what: `It has expired ${dateOf(exp * 1000)}`,
      side,
      fix: 'Get a fresh one',
      see: see.token,
    })
  }
  if (!protection) return
  if (audiences.length > 0 && !audiences.includes(protection.resource)) {
    say(step, 'odd', {
      what: `It is not for ${protection.resource}`,
      side,
      fix: 'Get one whose audience is this server: ask for it with resource=…',
      see: see.audience,
    })
  }
  if (typeof iss === 'string' && !protection.issuers.includes(iss)) {
    say(step, 'odd', {
      what: `Its issuer is none of those that the server trusts: ${protection.issuers.join(', ')}`,
      side,
      fix: 'Get one of an issuer that it trusts',
      see: see.servers,
    })
  }
}

function claimsOf(token: string): Readonly<Record<string, unknown>> | undefined {
  const [, payload] = token.split('.')
  if (payload === undefined) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
