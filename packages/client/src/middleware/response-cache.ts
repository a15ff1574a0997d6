import type { Result } from '@lutra/core'

/** A result in a cache, and what it is about. */
export interface CachedResult {
  readonly server: string
  readonly method: string
  readonly uri?: string
  readonly result: Result
}

/** Results by key, bounded in number, size and time. */
export interface ResponseCache {
  /** Grows with every `drop`: who asked before one must not keep what comes after it. */
  readonly generation: number
  get(key: string): { readonly result: Result; readonly fresh: boolean } | undefined
  set(key: string, entry: CachedResult, ttlMs: number): void
  /** Forgets results of a server: all, those of some methods, or of these what is about a URI. */
  drop(server: string, methods?: readonly string[], uri?: unknown): void
}

export interface ResponseCacheOptions {
  readonly maxEntries?: number
  readonly maxTtlMs?: number
  /** About how many characters of results are kept in all. Default: 64 Mi. */
  readonly maxLength?: number
  readonly now?: () => number
}

/** Keeps results in memory, for one client or for several. */
export function createResponseCache(options: ResponseCacheOptions = {}): ResponseCache {
  const { maxEntries = 1000, maxTtlMs = 86_400_000, now = Date.now } = options
  const { maxLength = 64 * 1024 * 1024 } = options
  // In the order of their last use, for a map keeps the order of insertion.
  const kept = new Map<string, Kept>()
  let generation = 0
  let total = 0

  function forget(key: string): void {
    total -= kept.get(key)?.length ?? 0
    kept.delete(key)
  }

  return {
    get generation() {
      return generation
    },
    get(key) {
      const entry = kept.get(key)
      if (!entry) return undefined
      kept.delete(key)
      kept.set(key, entry)
      return { result: entry.result, fresh: now() < entry.expires }
    },
    set(key, entry, ttlMs) {
      forget(key)
      const result = structuredClone(entry.result)
      const length = freeze(result) + key.length
      total += length
      kept.set(key, { ...entry, result, length, expires: now() + Math.min(ttlMs, maxTtlMs) })
      for (const oldest of kept.keys()) {
        if (kept.size <= maxEntries && total <= maxLength) break
        forget(oldest)
      }
    },
    drop(server, methods, uri) {
      generation += 1
      for (const [key, entry] of kept) {
        if (entry.server !== server || (methods && !methods.includes(entry.method))) continue
        if (typeof uri === 'string' && entry.uri !== undefined && !overlap(uri, entry.uri)) continue
        forget(key)
      }
    },
  }
}

interface Kept extends CachedResult {
  readonly length: number
  readonly expires: number
}

// A change may be told of a part of what was read, or of what it is a part of.
function overlap(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one)
}

/** Freezes a value in all its depth, for what many callers are handed, none may change; says about how long it is. */
function freeze(value: unknown): number {
  const open: unknown[] = [value]
  let length = 0
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    length += typeof one === 'string' ? one.length : costOfValue
    if (typeof one !== 'object' || one === null) continue
    Object.freeze(one)
    for (const [key, part] of Object.entries(one)) {
      length += key.length
      if (part !== undefined) open.push(part)
    }
  }
  return length
}

// What a number, an object or a place in one takes.
const costOfValue = 16
