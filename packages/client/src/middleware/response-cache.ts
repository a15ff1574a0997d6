import type { Result } from '@lutra/core'

/** A result in a cache, and what it is about. */
export interface CachedResult {
  readonly server: string
  readonly method: string
  readonly uri?: string
  readonly result: Result
}

/** Results by key, bounded in number and time. */
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
  readonly now?: () => number
}

/** Keeps results in memory, for one client or for several. */
export function createResponseCache(options: ResponseCacheOptions = {}): ResponseCache {
  const { maxEntries = 1000, maxTtlMs = 86_400_000, now = Date.now } = options
  // In the order of their last use, for a map keeps the order of insertion.
  const kept = new Map<string, CachedResult & { readonly expires: number }>()
  let generation = 0

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
      kept.delete(key)
      const result = frozen(structuredClone(entry.result))
      kept.set(key, { ...entry, result, expires: now() + Math.min(ttlMs, maxTtlMs) })
      for (const oldest of kept.keys()) {
        if (kept.size <= maxEntries) break
        kept.delete(oldest)
      }
    },
    drop(server, methods, uri) {
      generation += 1
      for (const [key, entry] of kept) {
        if (entry.server !== server || (methods && !methods.includes(entry.method))) continue
        if (typeof uri === 'string' && entry.uri !== undefined && !overlap(uri, entry.uri)) continue
        kept.delete(key)
      }
    },
  }
}

// A change may be told of a part of what was read, or of what it is a part of.
function overlap(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one)
}

/** Freezes a value in all its depth: what many callers are handed, none may change. */
function frozen<T>(value: T): T {
  const open: unknown[] = [value]
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (typeof one !== 'object' || one === null) continue
    Object.freeze(one)
    for (const part of Object.values(one)) {
      if (typeof part === 'object' && part !== null) open.push(part)
    }
  }
  return value
}
