/** The public keys of an issuer: fetched when they are first needed, kept, and fetched anew when they change. */
import {
  type CryptoKey,
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose'
import { Unavailable } from './refusal.ts'

/** Finds the keys with which a token may be signed. */
export type KeySource = (
  header: JWSHeaderParameters,
  token: FlattenedJWSInput,
) => Promise<readonly CryptoKey[]>

export interface KeySourceOptions {
  readonly load: () => Promise<JSONWebKeySet>
  readonly now: () => number
  /** Is told when old keys go on being used since new ones cannot be had. */
  readonly onError: (error: unknown) => void
}

/** Keys that are fetched. Whatever kids tokens name, there is one fetch at a time, and seldom. */
export function createKeySource({ load, now, onError }: KeySourceOptions): KeySource {
  let keys: ReturnType<typeof createLocalJWKSet> | undefined
  let loadedAt = Number.NEGATIVE_INFINITY
  let triedAt = Number.NEGATIVE_INFINITY
  let failure: unknown
  let loading: Promise<void> | undefined

  async function reload(): Promise<void> {
    triedAt = now()
    try {
      keys = createLocalJWKSet(await load())
      loadedAt = now()
      failure = undefined
    } catch (reason) {
      failure = reason
    } finally {
      loading = undefined
    }
  }

  async function refresh(): Promise<void> {
    // A Worker may not wait for what another request of it has begun.
    if (inWorker()) loading = undefined
    if (!loading && failure !== undefined && now() - triedAt < retryMs) return
    loading ??= reload()
    await loading
  }

  async function current(): Promise<NonNullable<typeof keys>> {
    if (!keys || now() - loadedAt > freshMs) {
      await refresh()
      if (failure !== undefined) onError(failure)
    }
    if (keys && now() - loadedAt <= staleMs) return keys
    throw unavailable()
  }

  return async (header, token) => {
    const found = await keysFor(await current(), header, token)
    if (found.length > 0) return found
    if (now() - triedAt >= (failure === undefined ? cooldownMs : retryMs)) await refresh()
    // Without an answer nobody knows whether there is such a key.
    if (failure !== undefined) throw unavailable()
    return keys ? keysFor(keys, header, token) : []
  }

  function unavailable(): Unavailable {
    if (failure instanceof Unavailable) return failure
    return new Unavailable('The keys of the issuer cannot be used', { cause: failure })
  }
}

/** Keys that were given. */
export function givenKeys(set: JSONWebKeySet): KeySource {
  const keys = createLocalJWKSet(set)
  return (header, token) => keysFor(keys, header, token)
}

/** Rotation without a token that names the new key shows after this long. */
const freshMs = 10 * 60 * 1000
/** How long keys are good while nobody can say whether they still are. */
const staleMs = 60 * 60 * 1000
/** How soon a kid that nobody knows may cause another look. */
const cooldownMs = 30 * 1000
/** How soon an issuer that failed is asked again. */
const retryMs = 2 * 1000

/** A token without a kid may fit several keys: a few of them are worth trying. */
const maxTried = 4

async function keysFor(
  keys: ReturnType<typeof createLocalJWKSet>,
  ...[header, token]: Parameters<KeySource>
): Promise<readonly CryptoKey[]> {
  try {
    return [await keys(header, token)]
  } catch (reason) {
    if (reason instanceof errors.JWKSNoMatchingKey) return []
    if (!(reason instanceof errors.JWKSMultipleMatchingKeys)) {
      throw new Unavailable('A key of the issuer cannot be used', { cause: reason })
    }
    const several: CryptoKey[] = []
    for await (const key of reason) {
      several.push(key)
      if (several.length === maxTried) break
    }
    return several
  }
}

function inWorker(): boolean {
  return globalThis.navigator?.userAgent === 'Cloudflare-Workers'
}
