/** Keys that a server has handed out itself. */
import type { ApiKey } from './options.ts'
import { readVerified } from './read-claims.ts'
import type { Means, Source } from './source.ts'

/** Finds the caller that a key belongs to, in a time that says nothing about the keys. */
export function createApiKeys(keys: readonly ApiKey[], { rules }: Means): Source {
  for (const key of keys) check(key)
  const ready = Promise.all(keys.map(async (key) => ({ key, digest: await digestOf(key) })))
  // Whoever waits for it hears of a failure; nobody may be waiting yet.
  ready.catch(() => {})
  return async (token) => {
    const digest = await sha256(token)
    let found: ApiKey | undefined
    // All of them, whether or not one was found.
    for (const { key, digest: other } of await ready) if (equal(digest, other)) found = key
    if (!found) return undefined
    const { subject, clientId, scopes = [], exp } = found
    const claims = exp === undefined ? {} : { exp }
    const verified = { subject, scopes, claims }
    return readVerified(clientId === undefined ? verified : { ...verified, clientId }, {}, rules)
  }
}

/** Whether two digests are the same, with the same work for every difference. */
export function equal(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length
  for (let at = 0; at < one.length; at++) difference |= (one[at] ?? 0) ^ (other[at] ?? 0)
  return difference === 0
}

function check({ key, sha256, subject }: ApiKey): void {
  if (typeof subject !== 'string' || subject === '') {
    throw new TypeError('Expected each API key to have a subject: whom it speaks for')
  }
  if ((key === undefined) === (sha256 === undefined)) {
    throw new TypeError(`Expected the API key of ${subject} to have a key or its sha256`)
  }
  if (key !== undefined && key.length < minLength) {
    throw new TypeError(
      `Expected the API key of ${subject} to have at least ${minLength} characters: make one with "openssl rand -hex 32"`,
    )
  }
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256)) {
    throw new TypeError(`Expected the sha256 of ${subject}'s API key to be 64 hexadecimal digits`)
  }
}

const minLength = 20

async function digestOf({ key = '', sha256: hex }: ApiKey): Promise<Uint8Array> {
  if (hex === undefined) return sha256(key)
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}
