/** Tokens that their issuers have signed. See RFC 9068, section 4 */
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose'
import { discoverKeys } from './discover-keys.ts'
import { fetchJson } from './fetch-json.ts'
import { isIdToken } from './id-token.ts'
import { createKeySource, givenKeys, type KeySource } from './key-source.ts'
import type { Claims, IssuerOptions } from './options.ts'
import { type Checked, readClaims } from './read-claims.ts'
import { InvalidToken, Unavailable } from './refusal.ts'
import { issuerUrl } from './resource.ts'
import type { Means, Source } from './source.ts'

/** Checks the JWTs of these issuers, by the issuer that each names. */
export function createJwtSource(issuers: readonly IssuerOptions[], means: Means): Source {
  const trusted = issuers.map((options) => createIssuer(options, means))
  const byName = new Map(trusted.map((issuer) => [issuer.options.issuer, issuer]))
  const patterns = trusted.filter(({ options }) => options.accepts)

  return async (token) => {
    const claims = readUnverified(token)
    if (typeof claims?.iss !== 'string') return undefined
    const { iss } = claims
    const issuer = byName.get(iss) ?? patterns.find(({ options }) => options.accepts?.(iss, claims))
    return issuer && verify(issuer, token, means)
  }
}

/** What a JWT says, before anybody has checked it: good for nothing but to find out who can. */
export function readUnverified(token: string): JWTPayload | undefined {
  if (!jwtForm.test(token)) return undefined
  try {
    return decodeJwt(token)
  } catch {
    return undefined
  }
}

const jwtForm = /^[\w-]+\.[\w-]+\.[\w-]*$/

interface Issuer {
  readonly options: IssuerOptions
  readonly algorithms: string[]
  readonly types: ReadonlySet<string>
  readonly keys: KeySource
}

function createIssuer(options: IssuerOptions, means: Means): Issuer {
  const { issuer, algorithms = asymmetric, types = usualTypes } = options
  if (typeof issuer !== 'string' || issuer === '') {
    throw new TypeError('Expected the issuer of tokens to have a name')
  }
  return {
    options,
    algorithms: checkAlgorithms(algorithms, `the algorithms of ${issuer}`),
    types: new Set(types.map(typeName)),
    keys: keysOf(options, means),
  }
}

function keysOf(
  { issuer, jwks, jwksUri, verify }: IssuerOptions,
  { fetching, onError, rules: { now } }: Means,
): KeySource {
  if (jwks) return givenKeys(jwks)
  if (jwksUri === undefined && !verify) issuerUrl(issuer, 'an issuer')
  if (jwksUri !== undefined) issuerUrl(jwksUri, 'jwksUri')
  async function load() {
    const url = jwksUri ?? (await discoverKeys(issuer, fetching))
    const { keys } = await fetchJson(url, acceptKeys, fetching)
    if (Array.isArray(keys) && keys.length <= maxKeys) return { keys }
    throw new Unavailable(`${url} sent no set of at most ${maxKeys} keys`)
  }
  return createKeySource({ load, now, onError })
}

const acceptKeys = { headers: { accept: 'application/jwk-set+json, application/json' } }
const maxKeys = 100

async function verify(issuer: Issuer, token: string, means: Means): Promise<Checked> {
  const { options, types } = issuer
  const { header, claims } = await verifySignature(issuer, token, means)
  if (!types.has(typeName(header.typ ?? ''))) {
    throw new InvalidToken('The token is of a type that is no access token', {
      detail: `typ is ${JSON.stringify(header.typ)?.slice(0, 100)}`,
    })
  }
  if (isIdToken(typeName(header.typ ?? ''), claims)) {
    throw new InvalidToken('The token is an ID token: send the access token')
  }
  return readClaims(claims, options, means.rules)
}

interface VerifiedJwt {
  readonly header: { readonly typ?: string | undefined }
  readonly claims: Claims
}

async function verifySignature(
  { algorithms, keys }: Issuer,
  token: string,
  { rules: { now, toleranceMs } }: Means,
): Promise<VerifiedJwt> {
  const { alg, ...header } = decodeProtectedHeader(token)
  // Before keys are looked for, so that nothing unsigned makes anybody fetch them.
  if (alg === undefined || !algorithms.includes(alg)) {
    throw new InvalidToken('The token is signed by an algorithm that is not taken here')
  }
  const options = {
    algorithms,
    requiredClaims: ['exp'],
    currentDate: new Date(now()),
    clockTolerance: toleranceMs / 1000,
  }
  let reason: errors.JOSEError | undefined
  for (const key of await keys({ ...header, alg }, { payload: '', signature: '' })) {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, key, options)
      return { header: protectedHeader, claims: payload }
    } catch (cause) {
      if (!(cause instanceof errors.JOSEError)) throw unusable(cause)
      reason = cause
    }
  }
  throw refusalOf(reason)
}

/** What no token can bring about: keys that are too short, or none that the platform knows. */
function unusable(cause: unknown): Unavailable {
  return new Unavailable('A key of the issuer cannot be used', { cause })
}

function refusalOf(reason: errors.JOSEError | undefined): InvalidToken {
  if (!reason) return new InvalidToken('The token is signed by a key that its issuer does not have')
  const why = { detail: reason.message, cause: reason }
  if (reason instanceof errors.JWTExpired) return new InvalidToken('The token has expired', why)
  if (!(reason instanceof errors.JWTClaimValidationFailed)) {
    return new InvalidToken('The token is not validly signed', why)
  }
  return new InvalidToken(
    reason.claim === 'nbf' ? 'The token is not valid yet' : 'The token does not say when it ends',
    why,
  )
}

const asymmetric = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'Ed25519', 'EdDSA'],
]

const usualTypes = ['at+jwt', 'JWT', '']

/** Algorithms that prove who has signed: with those of shared secrets, whoever can check a token can make one. */
export function checkAlgorithms(algorithms: readonly string[], what: string): string[] {
  const bad = algorithms.find((name) => /^(?:none|HS.*)$/i.test(name))
  if (bad === undefined && algorithms.length > 0) return [...algorithms]
  throw new TypeError(
    `Expected ${what} to be asymmetric ones, as RS256 or ES256: ${bad ?? 'there are none'}`,
  )
}

function typeName(typ: string): string {
  return typ.toLowerCase().replace(/^application\//, '')
}
