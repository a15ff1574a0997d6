/** What was found out about a server's era. See /specification/2026-07-28/basic/versioning#backward-compatibility-with-initialization-based-versions */
import { createMemoryStore, isObject, type Store } from '@lutra/core'
import type { EraOptions } from './options.ts'

/** The ways to speak to a server, each by the name of what is said first. */
export type Way = 'modern' | 'legacy' | 'sse'

const ways: readonly unknown[] = ['modern', 'legacy', 'sse'] satisfies Way[]

/** Remembers which way led to a server, with the date on which it did. */
export interface Verdicts {
  read(): Promise<Way | undefined>
  write(way: Way): Promise<void>
}

// Servers change their era by being updated, not by the minute; and a verdict that fails is tried anew.
const oneDay = 24 * 60 * 60 * 1000
const ofThisProcess: Store = /* @__PURE__ */ createMemoryStore()

export function verdictsOf(target: string, options: EraOptions): Verdicts {
  const { store = ofThisProcess, verdictTtlMs = oneDay } = options
  const key = `era:${target}`
  return {
    async read() {
      const value = (await store.get(key))?.value
      const way = isObject(value) ? value['way'] : undefined
      return ways.includes(way) ? (way as Way) : undefined
    },
    async write(way) {
      await store.set(key, { way, at: new Date().toISOString() }, { ttlMs: verdictTtlMs })
    },
  }
}
