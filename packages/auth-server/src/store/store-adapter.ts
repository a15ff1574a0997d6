/**
 * What the provider remembers, on Lutra's port for stores. Codes and refresh tokens are consumed by compare-and-set, so each is
 * used once whoever races for it, in this process or another. See /specification/2026-07-28/basic/authorization
 */
import type { Store } from '@lutra/core'
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider'
import { type IndexEntry, indexesOf } from './indexes.ts'
import { indexPrefix, recordKey } from './record-key.ts'
import { deleteRecord, entryKey } from './records.ts'
import { revokeGrant } from './revoke.ts'

/** Records whose id is the secret itself: it is not written, neither as a key nor as a value. */
const secretIds = new Set([
  'AccessToken',
  'AuthorizationCode',
  'ClientCredentials',
  'InitialAccessToken',
  'PushedAuthorizationRequest',
  'RefreshToken',
  'RegistrationAccessToken',
])

/** Clients that registered themselves are forgotten: nobody else would ever remove them. */
const registrationTtlSeconds = 90 * 24 * 3600

/** Makes the adapter that the provider asks for, one for each of its models. */
export function storeAdapter(store: Store): (model: string) => Adapter {
  return (model) => createAdapter(store, model)
}

function createAdapter(store: Store, model: string): Adapter {
  const keyOf = (id: string) => recordKey(model, id)

  async function find(id: string): Promise<AdapterPayload | undefined> {
    const found = await store.get(keyOf(id))
    if (!found) return undefined
    const payload = found.value as AdapterPayload
    return secretIds.has(model) ? { ...payload, jti: id } : payload
  }

  async function findBy(index: IndexEntry['index'], value: string) {
    const [entry] = await store.list(indexPrefix(index, value), { limit: 1 })
    return typeof entry?.value === 'string' ? find(entry.value) : undefined
  }

  return {
    async upsert(id, payload, expiresIn) {
      const seconds = expiresIn ?? (model === 'Client' ? registrationTtlSeconds : undefined)
      const ttl = { secret: true, ...(seconds && { ttlMs: Math.max(1, seconds) * 1000 }) }
      const { jti, ...rest } = payload
      const value = secretIds.has(model) ? rest : payload
      // A JWT that was used is a record that must not be there yet: two at once are one use and one replay.
      const once = model === 'ReplayDetection' ? { ifVersion: null } : {}
      const written = await store.set(keyOf(id), value, { ...ttl, ...once })
      if (written === undefined) throw new errors.InvalidRequest('this JWT was used before')
      for (const entry of indexesOf(model, payload))
        await store.set(entryKey(entry, model, keyOf(id)), secretIds.has(model) ? null : id, ttl)
    },
    find,
    findByUid: (uid) => findBy('uid', uid),
    findByUserCode: (code) => findBy('user-code', code),
    async consume(id) {
      const found = await store.get(keyOf(id))
      const payload = (found?.value ?? {}) as AdapterPayload
      const ttlMs = Math.max(1, (payload.exp ?? 0) * 1000 - Date.now())
      const consumed = { ...payload, consumed: Math.floor(Date.now() / 1000) }
      const mine =
        found &&
        !payload.consumed &&
        (await store.set(keyOf(id), consumed, { ttlMs, secret: true, ifVersion: found.version }))
      if (mine) return
      if (payload.grantId) await revokeGrant(store, payload.grantId)
      throw new errors.InvalidGrant('it was used before; everything granted with it is revoked')
    },
    destroy: (id) => deleteRecord(store, model, keyOf(id)),
    revokeByGrantId: (grantId) => revokeGrant(store, grantId, [model]),
  }
}
