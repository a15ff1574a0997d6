/** Values that travel through a peer and come back unread and unchanged. See /specification/2026-07-28/basic/patterns/mrtr#security */
import { fromBase64Url, toBase64Url } from './base64url.ts'

/**
 * Secrets of at least 32 bytes (of a string, its UTF-8 text counts), the newest first: the first one seals, all of them
 * open. Drop the last once what it sealed has expired.
 */
export type Keys = readonly (string | Uint8Array)[]

/** A token that must not be trusted, and why; the reason is for logs, not for the peer. */
export class SealError extends Error {
  override readonly name = 'SealError'
  readonly reason: 'malformed' | 'unknown-key' | 'tampered' | 'expired'

  constructor(message: string, options: { reason: SealError['reason']; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.reason = options.reason
  }
}

/** Encrypts and authenticates JSON values for the way through someone else's hands (AES-256-GCM). */
export interface Seal {
  /** Base64url text that `open` takes under the same `context` until `ttlMs` have gone by. */
  seal(
    value: unknown,
    options: { readonly context: string; readonly ttlMs: number },
  ): Promise<string>
  /** The value; throws `SealError` for text that is malformed, tampered with, expired or of another context or key. */
  open(text: string, options: { readonly context: string }): Promise<unknown>
}

export interface SealOptions {
  readonly now?: () => number
  /** The largest token, in characters, that is made or looked at. */
  readonly maxLength?: number
}

/**
 * The seal of a key ring. Without keys it makes one for this process: tokens then end with the process, and no other
 * instance can open them. Begin each `context` with what it is for, so that a token of one use never serves another.
 */
export function createSeal(keys?: Keys, options: SealOptions = {}): Seal {
  const { now = Date.now, maxLength = 262_144 } = options
  const secrets = keys && readSecrets(keys)
  let derived: Promise<Ring> | undefined
  // Not before something is sealed: Node.js loads its cryptography when it is first used.
  const ring = (): Promise<Ring> => (derived ??= deriveRing(secrets ?? [randomSecret()]))

  return {
    async seal(value, { context, ttlMs }) {
      if (!(ttlMs > 0) || !Number.isFinite(ttlMs)) {
        throw new TypeError(`Expected ttlMs to be a positive number of milliseconds: ${ttlMs}`)
      }
      const text = new TextEncoder().encode(JSON.stringify([now() + ttlMs, value]))
      const { first } = await ring()
      const token = toBase64Url(await encrypt(first, text, context))
      if (token.length <= maxLength) return token
      throw new RangeError(
        `Cannot seal a value of ${text.length} bytes: a token may be ${maxLength} characters long. Keep large values in a store and seal their key.`,
      )
    },
    async open(text, { context }) {
      if (typeof text !== 'string' || text.length > maxLength) throw malformed()
      const bytes = fromBase64Url(text)
      if (!bytes || bytes.length < headLength + tagLength || bytes[0] !== version) throw malformed()
      const id = toBase64Url(bytes.subarray(1, 1 + idLength))
      const key = (await ring()).byId.get(id)
      if (!key) throw new SealError('Sealed with an unknown key', { reason: 'unknown-key' })
      const [expires, value] = JSON.parse(await decrypt(key, bytes, context)) as [number, unknown]
      if (expires > now()) return value
      throw new SealError('The sealed value has expired', { reason: 'expired' })
    },
  }
}

// A token is: version, id of the key, nonce, ciphertext with its tag. The first two and the context are authenticated too.
const version = 1
const idLength = 8
const nonceLength = 12
const tagLength = 16
const headLength = 1 + idLength + nonceLength

interface Key {
  readonly id: Uint8Array
  readonly secret: CryptoKey
}

interface Ring {
  readonly first: Key
  readonly byId: ReadonlyMap<string, Key>
}

function randomSecret(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(32))
}

function readSecrets(keys: Keys): readonly Uint8Array<ArrayBuffer>[] {
  if (keys.length === 0) throw new TypeError('Expected at least one key, or no keys at all')
  return keys.map((key, at) => {
    const bytes = typeof key === 'string' ? new TextEncoder().encode(key) : Uint8Array.from(key)
    if (bytes.length >= 32) return bytes
    throw new TypeError(
      `Expected key ${at} to have at least 32 bytes, it has ${bytes.length}: make one with "openssl rand -base64 32"`,
    )
  })
}

async function deriveRing(secrets: readonly Uint8Array<ArrayBuffer>[]): Promise<Ring> {
  const [first, ...older] = await Promise.all(secrets.map(deriveKey))
  if (!first) throw new TypeError('Expected at least one key')
  const byId = new Map([first, ...older].map((key) => [toBase64Url(key.id), key]))
  return { first, byId }
}

async function deriveKey(bytes: Uint8Array<ArrayBuffer>): Promise<Key> {
  const base = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, [
    'deriveKey',
    'deriveBits',
  ])
  const [id, secret] = await Promise.all([
    crypto.subtle.deriveBits(derivation('id'), base, idLength * 8),
    crypto.subtle.deriveKey(derivation('key'), base, { name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ]),
  ])
  return { id: new Uint8Array(id), secret }
}

function derivation(purpose: string): HkdfParams {
  const info = new TextEncoder().encode(`lutra seal ${version} ${purpose}`)
  return { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
}

async function encrypt(key: Key, text: Uint8Array<ArrayBuffer>, context: string) {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceLength))
  const body = await crypto.subtle.encrypt(algorithm(key, nonce, context), key.secret, text)
  const token = new Uint8Array(headLength + body.byteLength)
  token[0] = version
  token.set(key.id, 1)
  token.set(nonce, 1 + idLength)
  token.set(new Uint8Array(body), headLength)
  return token
}

async function decrypt(key: Key, token: Uint8Array<ArrayBuffer>, context: string): Promise<string> {
  const nonce = token.subarray(1 + idLength, headLength)
  const body = token.subarray(headLength)
  try {
    const text = await crypto.subtle.decrypt(algorithm(key, nonce, context), key.secret, body)
    return new TextDecoder().decode(text)
  } catch (cause) {
    const message = 'The sealed value was tampered with, or belongs to another context'
    throw new SealError(message, { reason: 'tampered', cause })
  }
}

function algorithm(key: Key, nonce: Uint8Array<ArrayBuffer>, context: string): AesGcmParams {
  const told = new TextEncoder().encode(context)
  const additionalData = new Uint8Array(1 + idLength + told.length)
  additionalData[0] = version
  additionalData.set(key.id, 1)
  additionalData.set(told, 1 + idLength)
  return { name: 'AES-GCM', iv: nonce, additionalData, tagLength: tagLength * 8 }
}

function malformed(): SealError {
  return new SealError('Not a sealed value', { reason: 'malformed' })
}
