import { checkKey, checkTtl, encodeValue } from './entry.ts'
import { createKeyIndex } from './key-index.ts'
import type { Store, StoreEntry } from './store.ts'

interface Kept extends StoreEntry {
  readonly expires: number
}

/** The store of a server that is one process. Expired values go when they are met, and in a sweep after as many writes as there are values. */
export function createMemoryStore(now: () => number = Date.now): Store {
  const kept = new Map<string, Kept>()
  const keys = createKeyIndex()
  let writes = 0
  let sweepAt = leastWrites

  function drop(key: string): boolean {
    keys.delete(key)
    return kept.delete(key)
  }

  function live(key: string): Kept | undefined {
    const entry = kept.get(key)
    if (!entry || entry.expires > now()) return entry
    drop(key)
    return undefined
  }

  function sweep(): void {
    for (const key of [...kept.keys()]) live(key)
    // The more there is to look through, the less often: each write pays the same for it.
    sweepAt = writes + Math.max(leastWrites, kept.size)
  }

  return {
    keepsSecrets: true,
    async get(key) {
      return live(key)
    },
    async getMany(wanted) {
      return wanted.map(live)
    },
    async set(key, value, { ttlMs, ifVersion } = {}) {
      checkKey(key)
      const text = encodeValue(value)
      const lifeMs = checkTtl(ttlMs)
      if (ifVersion !== undefined && ifVersion !== (live(key)?.version ?? null)) return undefined
      writes++
      if (writes >= sweepAt) sweep()
      const version = String(writes)
      const expires = lifeMs === undefined ? Number.POSITIVE_INFINITY : now() + lifeMs
      kept.set(key, { key, value: JSON.parse(text), version, expires })
      keys.add(key)
      return version
    },
    async delete(key, { ifVersion } = {}) {
      if (ifVersion !== undefined && ifVersion !== live(key)?.version) return false
      return live(key) !== undefined && drop(key)
    },
    async list(prefix, { after, limit = 1000 } = {}) {
      const found = keys.startingWith(prefix)
      const isAfter = (key: string) => after === undefined || byCodePoints(key, after) > 0
      // A part at a time, of which few are before the last that is listed: of a hundred thousand, most are looked at once.
      let first: StoreEntry[] = []
      for (let at = 0; at < found.length && limit > 0; at += limit) {
        const last = first.length < limit ? undefined : first.at(-1)?.key
        const more = found
          .slice(at, at + limit)
          .filter((key) => isAfter(key) && (last === undefined || byCodePoints(key, last) < 0))
          .flatMap((key) => live(key) ?? [])
        if (more.length === 0) continue
        first = [...first, ...more]
          .sort(({ key: one }, { key: other }) => byCodePoints(one, other))
          .slice(0, limit)
      }
      return first
    },
  }
}

const leastWrites = 1024

/** Compares as UTF-8 does, where JavaScript by itself compares UTF-16: they differ beyond U+FFFF. */
function byCodePoints(one: string, other: string): number {
  const length = Math.min(one.length, other.length)
  for (let at = 0; at < length; at++) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)]
    if (a !== b) return rank(a) - rank(b)
  }
  return one.length - other.length
}

/** A surrogate stands for what comes after all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
