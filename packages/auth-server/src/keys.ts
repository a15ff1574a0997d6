/** The keys of a server, made once, shared by its instances and changed without a break. */
import { randomBytes } from 'node:crypto'
import type { Store } from '@lutra/core'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import type { KeyOptions } from './options.ts'

export interface Keys {
  /** Changes when the keys do. */
  readonly version: string
  /** Private keys, all of which are published. */
  readonly signing: readonly JWK[]
  /** The key that signs now. */
  signer(): JWK
  readonly cookies: readonly string[]
  readonly nonceSecret: Buffer
}

export interface KeyRing {
  current(): Promise<Keys>
  /** A new key that is published at once and signs when every instance has it; the others stay as long as tokens of theirs may live. */
  rotate(): Promise<void>
}

interface KeyRecord {
  readonly signing: readonly { readonly jwk: JWK; readonly from: number }[]
  readonly cookies: readonly string[]
  readonly nonceSecret: string
}

const place = 'auth-server/keys'
/** How old an instance's knowledge of the keys can be. */
const freshMs = 30_000
const keptMs = 24 * 3_600_000

/** Opens the keys in a store, where the first instance puts them. */
export function openKeys(store: Store, now: () => number = Date.now): KeyRing {
  let known: { keys: Promise<Keys>; at: number } | undefined

  async function read(): Promise<Keys> {
    for (;;) {
      const found = await store.get(place)
      if (found) return toKeys(found.value as KeyRecord, found.version, now)
      const made = {
        signing: [{ jwk: await createKey(), from: 0 }],
        cookies: [random()],
        nonceSecret: random(),
      }
      await store.set(place, made, { ifVersion: null, secret: true })
    }
  }

  return {
    current() {
      if (known && now() - known.at < freshMs) return known.keys
      const keys = read()
      known = { keys, at: now() }
      keys.catch(() => {
        known = undefined
      })
      return keys
    },
    async rotate() {
      await read()
      const jwk = await createKey()
      for (let written: string | undefined; !written; ) {
        const found = await store.get(place)
        if (!found) throw new Error('The keys are gone from the store: who deleted them?')
        written = await store.set(place, rotated(found.value as KeyRecord, jwk, now()), {
          ifVersion: found.version,
          secret: true,
        })
      }
      known = undefined
    },
  }
}

/** Keys that were given do not change while the server runs. */
export function givenKeys({ signing, cookies }: KeyOptions): KeyRing {
  const [first] = signing
  if (!first || signing.some(({ d }) => d === undefined))
    throw new TypeError('keys.signing: at least one private JWK, and no public ones')
  if (cookies.length === 0 || cookies.some((secret) => secret.length < 32))
    throw new TypeError('keys.cookies: at least one secret of 32 characters or more')
  const keys = (async (): Promise<Keys> => {
    const named = await Promise.all(signing.map(withKid))
    return {
      version: 'given',
      signing: named,
      signer: () => named[0] ?? first,
      cookies,
      nonceSecret: Buffer.from(
        await calculateJwkThumbprint({
          kty: 'oct',
          k: Buffer.from(cookies[0] ?? '').toString('base64url'),
        }),
        'base64url',
      ),
    }
  })()
  return {
    current: () => keys,
    rotate: async () => {
      throw new TypeError('rotateKeys: these keys were given; give others to rotate them')
    },
  }
}

function toKeys(
  { signing, cookies, nonceSecret }: KeyRecord,
  version: string,
  now: () => number,
): Keys {
  const jwks = signing.map(({ jwk }) => jwk)
  return {
    version,
    signing: jwks,
    signer() {
      const signs = signing.find(({ from }) => from <= now()) ?? signing.at(-1)
      if (!signs) throw new Error('The keys in the store are empty')
      return signs.jwk
    },
    cookies,
    nonceSecret: Buffer.from(nonceSecret, 'base64url'),
  }
}

/** Newest first. */
function rotated(record: KeyRecord, jwk: JWK, now: number): KeyRecord {
  const replaced = record.signing.findIndex(({ from }) => from + keptMs <= now)
  const kept = replaced === -1 ? record.signing : record.signing.slice(0, replaced + 1)
  return {
    ...record,
    signing: [{ jwk, from: now + 3 * freshMs }, ...kept],
    cookies: [random(), ...record.cookies.slice(0, 2)],
  }
}

async function createKey(): Promise<JWK> {
  // What every resource server has to know: RFC 9068, section 4.
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return withKid({ ...(await exportJWK(privateKey)), alg: 'RS256' })
}

async function withKid(jwk: JWK): Promise<JWK> {
  return { use: 'sig', kid: await calculateJwkThumbprint(jwk), ...jwk }
}

function random(): string {
  return randomBytes(32).toString('base64url')
}
