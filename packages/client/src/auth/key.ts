import {
  base64url,
  type CryptoKey as Imported,
  importJWK,
  importPKCS8,
  type JWTPayload,
  SignJWT,
} from 'jose'
import type { MaybePromise } from '../options.ts'

/** A private key: PKCS #8 as PEM, a JWK, a `CryptoKey`, or a function that signs with a key which never leaves its vault. */
export type PrivateKey = string | PrivateJwk | CryptoKey | SignFunction

/** A private key as a JSON Web Key. */
export type PrivateJwk = Readonly<Record<string, unknown>> & { readonly kty: string }

/** Signs bytes by the algorithm that was named with it; for ECDSA the signature is r and s side by side, as JWS has it. */
export type SignFunction = (bytes: Uint8Array) => MaybePromise<Uint8Array>

export interface KeyOptions {
  /** The JWS algorithm. Default: what the key is made for; a sign function needs it. */
  readonly algorithm?: string | undefined
  /** Names the key in the header of what it signs. Default: `kid` of a JWK. */
  readonly keyId?: string | undefined
}

/** Signs JWTs with one key. */
export interface JwtSigner {
  readonly algorithm: string
  sign(claims: JWTPayload): Promise<string>
}

/** Makes a signer of whatever form the key has. What is wrong with a key is a `TypeError` that does not show it. */
export async function jwtSigner(key: PrivateKey, options: KeyOptions = {}): Promise<JwtSigner> {
  if (typeof key === 'function') return signerOfFunction(key, options)
  if (typeof key === 'string') return signerOfPem(key, options)
  if (isCryptoKey(key)) return signerOfCryptoKey(key, options)
  if (typeof key === 'object' && key !== null) return signerOfJwk(key, options)
  throw new TypeError(
    `A private key is a PEM string, a JWK, a CryptoKey or a function: ${expected}`,
  )
}

const expected = 'this one is none of them'

function signerOfFunction(sign: SignFunction, { algorithm, keyId }: KeyOptions): JwtSigner {
  if (!algorithm) {
    throw new TypeError('A function that signs needs `algorithm` beside it, `ES256` for example')
  }
  return {
    algorithm,
    sign: async (claims) => {
      const header = { alg: algorithm, typ: 'JWT', ...(keyId && { kid: keyId }) }
      const parts = [header, claims].map((part) => base64url.encode(JSON.stringify(part)))
      const signature = await sign(new TextEncoder().encode(parts.join('.')))
      if (!(signature instanceof Uint8Array) || signature.length === 0) {
        throw new TypeError('The function that signs did not return the bytes of a signature')
      }
      return [...parts, base64url.encode(signature)].join('.')
    },
  }
}

async function signerOfPem(pem: string, { algorithm, keyId }: KeyOptions): Promise<JwtSigner> {
  const label = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(pem)?.[1]
  if (label !== 'PRIVATE KEY') throw new TypeError(whatPem(label))
  // The form does not say the algorithm in words: the first one that takes the key is its own.
  for (const each of algorithm ? [algorithm] : ['ES256', 'RS256', 'EdDSA', 'ES384', 'ES512']) {
    const key = await importPKCS8(pem.trim(), each).catch(() => undefined)
    if (key) return signerOf(key, each, keyId)
  }
  throw new TypeError(
    algorithm
      ? `The private key (PEM) cannot be used with ${algorithm}: it is damaged, or a key of another kind`
      : 'The private key (PEM) is damaged, or of a kind for which `algorithm` has to be named',
  )
}

function whatPem(label: string | undefined): string {
  const convert = 'convert it by `openssl pkcs8 -topk8 -nocrypt`'
  if (label === undefined)
    return 'The private key is a string, but no PEM: BEGIN PRIVATE KEY is missing'
  if (label === 'ENCRYPTED PRIVATE KEY') return `The private key (PEM) is encrypted: ${convert}`
  if (label.endsWith('PRIVATE KEY')) return `The private key is "${label}", not PKCS #8: ${convert}`
  return `A private key is needed, and this PEM is "${label}"`
}

async function signerOfJwk(jwk: PrivateJwk, options: KeyOptions): Promise<JwtSigner> {
  if (jwk['kty'] === 'oct')
    throw new TypeError('The key (JWK) is a shared secret, not a private key')
  if (typeof jwk['d'] !== 'string') {
    throw new TypeError('The key (JWK) has no `d`: it is a public key, and a private one is needed')
  }
  const algorithm = options.algorithm ?? text(jwk['alg']) ?? usualAlgorithm(jwk)
  if (!algorithm)
    throw new TypeError('The key (JWK) does not say its `alg`: name it as `algorithm`')
  const key = await importJWK({ ...jwk }, algorithm).catch(() => undefined)
  if (!key || key instanceof Uint8Array) {
    throw new TypeError(`The private key (JWK) cannot be used with ${algorithm}`)
  }
  return signerOf(key, algorithm, options.keyId ?? text(jwk['kid']))
}

function usualAlgorithm({ kty, crv }: PrivateJwk): string | undefined {
  return kty === 'RSA' ? 'RS256' : curves.get(text(crv) ?? '')
}

const curves = new Map([
  ['P-256', 'ES256'],
  ['P-384', 'ES384'],
  ['P-521', 'ES512'],
  ['Ed25519', 'EdDSA'],
])

function signerOfCryptoKey(key: CryptoKey, { algorithm, keyId }: KeyOptions): JwtSigner {
  if (key.type !== 'private') throw new TypeError(`The CryptoKey is ${key.type}, not private`)
  if (!key.usages.includes('sign')) throw new TypeError('The CryptoKey is not made for `sign`')
  const named = algorithm ?? algorithmOf(key)
  if (!named) throw new TypeError(`No JWS algorithm signs with a key for ${key.algorithm.name}`)
  return signerOf(key, named, keyId)
}

function algorithmOf({ algorithm }: CryptoKey): string | undefined {
  const { name, namedCurve, hash } = algorithm as Partial<EcKeyAlgorithm & RsaHashedKeyAlgorithm>
  const bits = hash?.name.replace('SHA-', '')
  if (name === 'RSASSA-PKCS1-v1_5') return `RS${bits}`
  if (name === 'RSA-PSS') return `PS${bits}`
  return curves.get(name === 'Ed25519' ? name : (namedCurve ?? ''))
}

function signerOf(key: Imported, algorithm: string, keyId: string | undefined): JwtSigner {
  const header = { alg: algorithm, typ: 'JWT', ...(keyId && { kid: keyId }) }
  return {
    algorithm,
    sign: (claims) =>
      new SignJWT(claims)
        .setProtectedHeader(header)
        .sign(key)
        .catch((cause: unknown) => {
          throw new TypeError(`The private key cannot sign with ${algorithm}`, { cause })
        }),
  }
}

function isCryptoKey(key: unknown): key is CryptoKey {
  return typeof CryptoKey === 'function' && key instanceof CryptoKey
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
