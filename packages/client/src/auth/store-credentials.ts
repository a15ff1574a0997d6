import type { Store } from '@lutra/core'
import { sleep } from '@lutra/core/wait'
import { AuthError } from './auth-error.ts'
import { credentialKeyText } from './credential-key.ts'
import { readRecord } from './credential-record.ts'
import type { Credential, CredentialKey, CredentialStore } from './credentials.ts'
import { assertKind, isOver } from './memory-credentials.ts'
import { createTurns } from './turns.ts'

/** How credentials are kept in a `Store`. */
export interface StoreCredentialsOptions {
  /** What the keys in the store begin with; one for each person, where the store is that of many. Default: `credentials/`. */
  readonly prefix?: string
  /** Milliseconds until the turn of a process that has died is over. It is extended while work goes on. Default: 30,000. */
  readonly leaseMs?: number
  /** Milliseconds to wait for others to be done: somebody may be signing in. Default: 10 minutes. */
  readonly waitMs?: number
}

/** Keeps credentials in a `Store`, such as a database, for all processes that share it. They are marked as secret, which engines encrypt that were given a key. */
export function storeCredentials(
  store: Store,
  options: StoreCredentialsOptions = {},
): CredentialStore {
  const { prefix = 'credentials/' } = options
  const turns = createTurns()
  const placeOf = async (key: CredentialKey) => `${prefix}${key.kind}/${await digest(key)}`

  return {
    async get<K extends CredentialKey['kind']>(key: Extract<CredentialKey, { kind: K }>) {
      const found = readRecord((await store.get(await placeOf(key)))?.value)
      if (!found || credentialKeyText(found.key) !== credentialKeyText(key)) return undefined
      return found.credential as Extract<Credential, { kind: K }>
    },
    async set(key, credential) {
      assertKind(key, credential)
      const place = await placeOf(key)
      if (credential.kind !== 'pending')
        await store.set(place, { key, credential }, { secret: true })
      else if (isOver(credential)) await store.delete(place)
      else {
        const ttlMs = credential.expiresAt - Date.now()
        await store.set(place, { key, credential }, { ttlMs, secret: true })
      }
    },
    async delete(key) {
      return store.delete(await placeOf(key))
    },
    async list() {
      const records: { key: CredentialKey; credential: Credential }[] = []
      let after: string | undefined
      do {
        const page = await store.list(prefix, after === undefined ? {} : { after })
        records.push(...page.flatMap(({ value }) => readRecord(value) ?? []))
        after = page.at(-1)?.key
      } while (after !== undefined)
      return records
    },
    async exclusively(key, work, { signal } = {}) {
      const place = `${prefix}turn/${await digest(key)}`
      return turns(place, () => withLease(store, place, { options, work, signal }), signal)
    },
  }
}

interface Leased<T> {
  readonly options: StoreCredentialsOptions
  readonly work: () => Promise<T>
  readonly signal: AbortSignal | undefined
}

async function withLease<T>(store: Store, place: string, leased: Leased<T>): Promise<T> {
  const { options, work, signal } = leased
  const { leaseMs = 30_000, waitMs = 10 * 60_000 } = options
  const holder = { holder: crypto.randomUUID() }
  let version: string | undefined = await acquire()
  let renewing: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    // A store that is away for a moment is asked again the next time.
    renewing = renewing.then(renew).catch(() => {})
  }, leaseMs / 3)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    await renewing
    // Where it cannot be given back, it ends by itself.
    if (version !== undefined) {
      await store.delete(place, { ifVersion: version }).catch(() => {})
    }
  }

  async function acquire(): Promise<string> {
    const until = Date.now() + waitMs
    for (let count = 0; ; count++) {
      signal?.throwIfAborted()
      const got = await store.set(place, holder, { ttlMs: leaseMs, ifVersion: null })
      if (got !== undefined) return got
      if (Date.now() > until) {
        const message =
          'Another process has been getting tokens for too long: end it, and try again'
        throw new AuthError('store', message)
      }
      await sleep(Math.random() * Math.min(1000, 25 * 2 ** Math.min(count, 6)), signal)
    }
  }

  async function renew(): Promise<void> {
    if (version === undefined) return
    version = await store.set(place, holder, { ttlMs: leaseMs, ifVersion: version })
  }
}

/** A name for a key in a store, whose keys are short and may be seen by more people than its values. */
async function digest(key: CredentialKey): Promise<string> {
  const bytes = new TextEncoder().encode(credentialKeyText(key))
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
