import { AuthError } from './auth-error.ts'
import type { CredentialStore } from './credentials.ts'

const ES256 = { name: 'ECDSA', namedCurve: 'P-256' }

/** The key pair that tokens of `issuer` are bound to: the one that the store keeps, or a new one that it keeps from now on. */
export async function dpopKeyPair(store: CredentialStore, issuer: string): Promise<CryptoKeyPair> {
  const key = { kind: 'key', issuer } as const
  const stored = await store.get(key)
  if (stored) return importKeyPair(stored.jwk)
  return store.exclusively(key, async () => {
    // Another process may have been faster: tokens are bound to its key now.
    const others = await store.get(key)
    if (others) return importKeyPair(others.jwk)
    const jwk = await newKey()
    await store.set(key, { kind: 'key', jwk })
    return importKeyPair(jwk)
  })
}

/** A pair of CryptoKeys, of which the private one cannot be read any more, from a private elliptic JWK. */
export async function importKeyPair(
  jwk: Readonly<Record<string, unknown>>,
): Promise<CryptoKeyPair> {
  const { d, kty, crv, x, y } = jwk
  const complete = [d, x, y].every((part) => typeof part === 'string' && part !== '')
  if (kty !== 'EC' || crv !== 'P-256' || !complete) {
    throw new AuthError('store', 'The key for DPoP is not a private P-256 key as a JWK')
  }
  const open = { kty, crv, x: String(x), y: String(y) }
  const { subtle } = crypto
  const [privateKey, publicKey] = await Promise.all([
    subtle.importKey('jwk', { ...open, d: String(d) }, ES256, false, ['sign']),
    subtle.importKey('jwk', open, ES256, true, ['verify']),
  ]).catch((cause: unknown) => {
    throw new AuthError('store', 'The key for DPoP is no valid P-256 key', { cause })
  })
  return { privateKey, publicKey }
}

async function newKey(): Promise<Readonly<Record<string, unknown>>> {
  const pair = await crypto.subtle.generateKey(ES256, true, ['sign', 'verify'])
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey('jwk', pair.privateKey)
  return { kty, crv, x, y, d }
}
