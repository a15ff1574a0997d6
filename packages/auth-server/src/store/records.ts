import type { Store } from '@lutra/core'
import type { AdapterPayload } from 'oidc-provider'
import { type IndexEntry, indexesOf } from './indexes.ts'
import { indexPrefix, recordKey } from './record-key.ts'

/** Where an index holds a record: under what it is found by, its model and the hash of its id. */
export function entryKey(entry: IndexEntry, model: string, key: string): string {
  return `${indexPrefix(entry.index, entry.value)}${model}/${hashOf(key)}`
}

/** Deletes a record with its entries in the indexes. */
export async function deleteRecord(store: Store, model: string, key: string): Promise<void> {
  // Also one that cannot be decrypted: what is revoked must go.
  const [found] = await store.getMany([key])
  await store.delete(key)
  const payload = (found?.value ?? {}) as AdapterPayload
  for (const entry of indexesOf(model, payload)) await store.delete(entryKey(entry, model, key))
}

/** The records under a part of an index, as their model, their key, and their id where that is no secret. */
export async function* recordsUnder(store: Store, prefix: string) {
  let after: string | undefined
  for (;;) {
    const page = await store.list(prefix, { limit: 500, ...(after === undefined ? {} : { after }) })
    for (const { key, value, unreadable } of page) {
      const model = key.split('/').at(-2) ?? ''
      yield { model, key: recordKey(model, '').slice(0, -43) + hashOf(key), id: value, unreadable }
    }
    after = page.at(-1)?.key
    if (after === undefined || page.length < 500) return
  }
}

function hashOf(key: string): string {
  return key.slice(-43)
}
