/** From what a token says to who calls. See RFC 9068, section 4, and RFC 7662, section 2.2 */
import { type Auth, isObject } from '@lutra/core'
import type { Claims, ReadingOptions, Verified } from './options.ts'
import { InvalidToken } from './refusal.ts'
import { comparable } from './resource.ts'
import { readScopes } from './scope-list.ts'

/** A token that is good. */
export interface Checked {
  readonly auth: Auth
  /** Milliseconds since 1970 at which it ends. */
  readonly expires: number
  /** The thumbprint of the key that it is bound to. */
  readonly jkt: string | undefined
}

/** What holds for every token at a server. */
export interface Rules {
  /** The canonical URL of the server. */
  readonly resource: string
  readonly toleranceMs: number
  readonly now: () => number
}

/** Reads the claims of a token whose origin is known; throws `InvalidToken` where they don't let it in. */
export function readClaims(claims: Claims, reading: ReadingOptions, rules: Rules): Checked {
  const { scopesOf = scopesIn, subjectOf = subjectIn, clientIdOf = clientIdIn } = reading
  const expires = checkTimes(claims, rules)
  checkAudience(claims, reading.audience ?? rules.resource, rules)
  const why = reading.refuses?.(claims)
  if (why !== undefined) throw new InvalidToken(why)
  const clientId = clientIdOf(claims)
  const subject = subjectOf(claims) ?? clientId
  if (subject === undefined || subject === '') {
    throw new InvalidToken('The token does not say whom it speaks for')
  }
  const auth = { subject, scopes: scopesOf(claims), claims: freeze(claims) }
  return {
    auth: clientId === undefined ? auth : { ...auth, clientId },
    expires,
    jkt: boundTo(claims),
  }
}

/** The same for what a function of the user's has found out. */
export function readVerified(verified: Verified, reading: ReadingOptions, rules: Rules): Checked {
  const { subject, clientId, scopes = [], claims = {} } = verified
  const expires = checkTimes(claims, rules)
  if (claims['aud'] !== undefined || reading.audience !== undefined) {
    checkAudience(claims, reading.audience ?? rules.resource, rules)
  }
  // Only what is known of it: whatever else the function's object holds stays out of reach.
  const auth = { subject, scopes: [...scopes], claims: Object.freeze({ ...claims }) }
  return {
    auth: clientId === undefined ? auth : { ...auth, clientId },
    expires,
    jkt: boundTo(claims),
  }
}

function checkTimes(claims: Claims, { now, toleranceMs }: Rules): number {
  const { exp, nbf } = claims
  if (nbf !== undefined && !(millis(nbf) <= now() + toleranceMs)) {
    throw new InvalidToken('The token is not valid yet', { detail: `nbf is ${show(nbf)}` })
  }
  if (exp === undefined) return Number.POSITIVE_INFINITY
  const expires = millis(exp) + toleranceMs
  if (expires > now()) return expires
  throw new InvalidToken('The token has expired', { detail: `exp is ${show(exp)}` })
}

function millis(seconds: unknown): number {
  return typeof seconds === 'number' ? seconds * 1000 : Number.NaN
}

function checkAudience(
  claims: Claims,
  expected: NonNullable<ReadingOptions['audience']>,
  { resource }: Rules,
): void {
  const { aud } = claims
  const named = (Array.isArray(aud) ? aud : [aud]).filter((one) => typeof one === 'string')
  if (typeof expected === 'function') {
    if (expected(claims)) return
  } else {
    const allowed = typeof expected === 'string' ? [expected] : expected
    const isAllowed = (one: string) =>
      allowed.includes(one) || (allowed.includes(resource) && comparable(one) === resource)
    if (named.some(isAllowed)) return
  }
  const detail = `aud is ${show(aud)}, expected ${typeof expected === 'function' ? 'what the function takes' : show(expected)}`
  throw new InvalidToken('The token is not for this server', { detail })
}

/** The key that a token is bound to. A binding that cannot be checked here is a reason to refuse, not to overlook it. */
function boundTo({ cnf }: Claims): string | undefined {
  if (cnf === undefined) return undefined
  if (isObject(cnf) && typeof cnf['jkt'] === 'string') return cnf['jkt']
  throw new InvalidToken('The token is bound in a way that this server cannot check')
}

function scopesIn({ scope, scp }: Claims): readonly string[] {
  return readScopes(scope, scp)
}

function subjectIn({ sub }: Claims): string | undefined {
  return typeof sub === 'string' ? sub : undefined
}

function clientIdIn({ client_id: id, azp }: Claims): string | undefined {
  if (typeof id === 'string') return id
  return typeof azp === 'string' ? azp : undefined
}

/** All calls with a token see the same claims: none may change them for the others. */
function freeze<T>(value: T, depth = 0): T {
  if (typeof value !== 'object' || value === null || depth > maxFrozenDepth) return value
  for (const inner of Object.values(value)) freeze(inner, depth + 1)
  return Object.freeze(value)
}

const maxFrozenDepth = 32

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'absent').slice(0, 300)
}
