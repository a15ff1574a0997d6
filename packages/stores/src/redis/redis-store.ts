import {
  checkKey,
  checkTtl,
  encodeValue,
  type Store,
  type StoreEntry,
  type Versioned,
} from '@lutra/core'
import { endOf } from '../end-of.ts'
import type { RedisParts } from './parts.ts'
import { scripts } from './scripts.ts'

/** Entries as hashes, beside an index of their keys. Those that share their first segment share a node. */
export function createRedisStore({ redis, runner, names }: RedisParts): Store {
  const known = new Set<string>()

  /** Told before the first entry is there: a segment without entries does no harm, one that nobody knows of would. */
  async function know(segment: string): Promise<void> {
    if (known.has(segment)) return
    await redis.send(names.segments, ['ZADD', names.segments, '0', segment])
    if (known.size >= maxKnown) known.clear()
    known.add(segment)
  }

  async function read(key: string): Promise<Versioned | undefined> {
    const [entry] = names.keysOf(names.segmentOf(checkKey(key)), key)
    const [value, version] = (await redis.send(entry, ['HMGET', entry, 'd', 'v'])) as Fields
    return versionedOf(value, version)
  }

  async function segmentsOf(prefix: string): Promise<readonly string[]> {
    if (prefix.includes('/')) return [names.segmentOf(prefix)]
    const range = ['ZRANGEBYLEX', names.segments, ...boundsOf(prefix)]
    return (await redis.send(names.segments, range)) as string[]
  }

  async function listSegment(segment: string, range: Range): Promise<readonly StoreEntry[]> {
    const { prefix, after, limit } = range
    const args = [...boundsOf(prefix, after), String(limit), names.entryPrefix(segment)]
    return entriesOf((await runner.run(scripts.list, names.keysOf(segment, ''), args)) as string[])
  }

  return {
    get: read,
    getMany: (keys) => Promise.all(keys.map(read)),
    async set(key, value, { ttlMs, ifVersion } = {}) {
      const segment = names.segmentOf(checkKey(key))
      const text = encodeValue(value)
      const lifeMs = checkTtl(ttlMs)
      await know(segment)
      const mode = ifVersion === undefined ? 'any' : ifVersion === null ? 'absent' : 'is'
      const ttl = lifeMs === undefined ? '' : String(Math.max(1, Math.ceil(lifeMs)))
      const args = [key, text, ttl, mode, ifVersion ?? '']
      const version = await runner.run(scripts.set, names.keysOf(segment, key), args)
      return typeof version === 'string' ? version : undefined
    },
    async delete(key, { ifVersion } = {}) {
      if (ifVersion === '') return false
      const keys = names.keysOf(names.segmentOf(checkKey(key)), key)
      return (await runner.run(scripts.delete, keys, [key, ifVersion ?? ''])) === 1
    },
    async list(prefix, { after, limit = 1000 } = {}) {
      const range = { prefix, after, limit }
      const segments = await segmentsOf(prefix)
      const parts = await Promise.all(segments.map((segment) => listSegment(segment, range)))
      const [first = []] = parts
      return parts.length === 1 ? first : parts.flat().sort(byKey).slice(0, limit)
    },
  }
}

type Fields = [value: string | null, version: string | null]

interface Range {
  readonly prefix: string
  readonly after: string | undefined
  readonly limit: number
}

const maxKnown = 10_000

/** The range of keys with a prefix, after one of them, as ZRANGEBYLEX takes it. */
function boundsOf(prefix: string, after?: string): [string, string] {
  const end = endOf(prefix)
  // Bytes order as code points do.
  const isBeyond =
    after !== undefined && Buffer.compare(Buffer.from(after), Buffer.from(prefix)) >= 0
  return [isBeyond ? `(${after}` : `[${prefix}`, end === undefined ? '+' : `(${end}`]
}

function versionedOf(
  value: string | null | undefined,
  version: string | null | undefined,
): Versioned | undefined {
  if (typeof value !== 'string' || typeof version !== 'string') return undefined
  return { value: JSON.parse(value), version }
}

function entriesOf(flat: readonly string[]): StoreEntry[] {
  const entries: StoreEntry[] = []
  for (let at = 0; at < flat.length; at += 3) {
    const versioned = versionedOf(flat[at + 1], flat[at + 2])
    if (versioned) entries.push({ key: flat[at] ?? '', ...versioned })
  }
  return entries
}

function byKey({ key: one }: StoreEntry, { key: other }: StoreEntry): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}
