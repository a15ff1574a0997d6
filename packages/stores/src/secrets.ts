import { encodeValue, isObject, type Store, StoreError, type Versioned } from '@lutra/core'
import { createSeal, type Keys, type Seal, SealError } from '@lutra/core/seal'

/**
 * A store that encrypts what is marked as secret (AES-256-GCM), each value for its key alone. The first of the keys encrypts, all of them
 * decrypt: rotate by putting a new one in front. Without keys, secrets are refused rather than written in the clear. Where the key of a
 * value is gone, `get` rejects; among many it has an entry without a value, and the others are there.
 */
export function withSecrets(store: Store, keys: Keys | undefined): Store {
  const seal = keys && createSeal(keys, { maxLength: maxSealedLength })

  async function open<E extends Versioned>(key: string, entry: E): Promise<E> {
    if (!isSealed(entry.value)) return entry
    return { ...entry, value: await unseal(seal, key, entry.value[mark]) }
  }

  return {
    keepsSecrets: seal !== undefined,
    async get(key) {
      const entry = await store.get(key)
      return entry && open(key, entry)
    },
    async getMany(names) {
      const entries = await store.getMany(names)
      return Promise.all(
        entries.map((entry, at) => entry && told(entry, open(names[at] ?? '', entry))),
      )
    },
    async set(key, value, { secret = false, ...options } = {}) {
      if (!secret) return store.set(key, verifyPlain(value), options)
      if (!seal) throw invalid(`"${folderOf(key)}…" holds secrets: open the engine with keys`)
      // In the words of all engines, and before the seal has its own.
      encodeValue(value)
      const text = await seal.seal(value, { context: contextOf(key), ttlMs: forEver })
      return store.set(key, { [mark]: text }, options)
    },
    delete: (key, options) => store.delete(key, options),
    async list(prefix, options) {
      const entries = await store.list(prefix, options)
      return Promise.all(entries.map((entry) => told(entry, open(entry.key, entry))))
    },
  }
}

/** One of many: that it cannot be read is said in its place. */
async function told<E extends Versioned>(entry: E, opening: Promise<E>): Promise<E> {
  try {
    return await opening
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return { ...entry, value: undefined, unreadable: error }
  }
}

async function unseal(seal: Seal | undefined, key: string, text: string): Promise<unknown> {
  if (!seal) throw unreadable(`"${folderOf(key)}…" holds secrets: open the engine with its keys`)
  try {
    return await seal.open(text, { context: contextOf(key) })
  } catch (cause) {
    const why = cause instanceof SealError ? cause.reason : 'unreadable'
    throw unreadable(`A secret under "${folderOf(key)}…" cannot be decrypted (${why})`, cause)
  }
}

type Sealed = { readonly [mark]: string }

function isSealed(value: unknown): value is Sealed {
  return isObject(value) && typeof value[mark] === 'string'
}

// Who writes such a value by hand would have it taken for one of ours.
function verifyPlain(value: unknown): unknown {
  if (!isSealed(value)) return value
  throw invalid(`Expected a value without "${mark}"`)
}

function contextOf(key: string): string {
  return `store ${key}`
}

/** What an error may say of a key: the rest may name people. */
function folderOf(key: string): string {
  return key.slice(0, key.indexOf('/') + 1)
}

function invalid(message: string): StoreError {
  return new StoreError(message, { code: 'invalid' })
}

function unreadable(message: string, cause?: unknown): StoreError {
  return new StoreError(message, { code: 'unreadable', cause })
}

const mark = 'lutra.sealed'
const maxSealedLength = 24 * 1024 * 1024
// The seal wants an end; the store has its own.
const forEver = 1e14
