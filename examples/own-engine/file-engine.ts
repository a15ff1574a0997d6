import { readFile, rename, writeFile } from 'node:fs/promises'
import { checkKey, checkTtl, createMemoryBus, encodeValue, type Store } from '@lutra/core'
import type { Engine } from '@lutra/stores'

// #region engine
interface Entry {
  readonly text: string // as JSON: nobody can change what is stored by changing an object
  readonly version: string
  readonly endsAt: number | null
}

/** An engine of one's own: everything in one JSON file, for one process. */
export async function openFile(path: string): Promise<Engine> {
  const kept = new Map<string, Entry>(JSON.parse(await readFile(path, 'utf8').catch(() => '[]')))
  let count = Math.max(0, ...[...kept.values()].map(({ version }) => Number(version)))
  let saving = Promise.resolve()

  /** Resolves once what is there now is on disk: a write is acknowledged only then. */
  function save(): Promise<void> {
    saving = saving
      .catch(() => {})
      .then(async () => {
        await writeFile(`${path}.new`, JSON.stringify([...kept]), { flush: true })
        await rename(`${path}.new`, path)
      })
    return saving
  }

  function find(key: string): Entry | undefined {
    const entry = kept.get(key)
    return entry && (entry.endsAt ?? Number.POSITIVE_INFINITY) > Date.now() ? entry : undefined
  }

  function read(key: string) {
    const entry = find(key)
    return entry && { key, value: JSON.parse(entry.text), version: entry.version }
  }

  const store: Store = {
    get: async (key) => read(checkKey(key)),
    getMany: async (keys) => keys.map((key) => read(checkKey(key))),
    async set(key, value, { ttlMs, ifVersion } = {}) {
      const text = encodeValue(value) // what is too large, or no JSON, is a StoreError
      const lifeMs = checkTtl(ttlMs)
      if (ifVersion !== undefined && ifVersion !== (find(checkKey(key))?.version ?? null)) return
      const version = String(++count) // never the same twice, not even for the same value
      kept.set(checkKey(key), {
        text,
        version,
        endsAt: lifeMs === undefined ? null : Date.now() + lifeMs,
      })
      await save()
      return version
    },
    async delete(key, { ifVersion } = {}) {
      const entry = find(key)
      if (!entry || (ifVersion !== undefined && ifVersion !== entry.version)) return false
      kept.delete(key)
      await save()
      return true
    },
    async list(prefix, { after, limit = 1000 } = {}) {
      return [...kept.keys()]
        .filter((key) => key.startsWith(prefix))
        .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
        .filter(
          (key) => after === undefined || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0,
        )
        .flatMap((key) => read(key) ?? [])
        .slice(0, limit)
    },
  }
  return { store, bus: createMemoryBus(), close: () => saving }
}
// #endregion
