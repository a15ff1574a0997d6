/** Remembers which proofs were used. See RFC 9449, section 11.1 */
import type { Store } from '@lutra/core'
import { toBase64Url } from '@lutra/core'
import { Unavailable } from './refusal.ts'

export interface ReplayGuard {
  /** Whether a name was not used within the window before. */
  isFirst(name: string): Promise<boolean>
  /** Remembers in this store from now on, unless it has one. */
  share(store: Store): void
}

export interface ReplayOptions {
  readonly store: Store | undefined
  readonly windowMs: number
  readonly now: () => number
  /** Names that are remembered in memory. */
  readonly max?: number
}

/** Keeps names in a store, for all instances, or else in memory. */
export function createReplayGuard(options: ReplayOptions): ReplayGuard {
  const { windowMs } = options
  const isFirstHere = createMemoryGuard(options)
  let { store } = options
  return {
    share(shared) {
      store ??= shared
    },
    async isFirst(name) {
      if (!store) return isFirstHere(name)
      const bytes = new TextEncoder().encode(name)
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
      const key = `lutra/dpop/${toBase64Url(digest)}`
      try {
        return (await store.set(key, 1, { ifVersion: null, ttlMs: windowMs })) !== undefined
      } catch (cause) {
        throw new Unavailable('The store that remembers proofs has failed', { cause })
      }
    },
  }
}

/** Two generations, each of which lives for a window: what is in neither is older than any proof that is still good. */
function createMemoryGuard({ windowMs, now, max = 500_000 }: ReplayOptions) {
  let young = new Set<string>()
  let old = new Set<string>()
  let began = now()

  function turn(): void {
    const age = now() - began
    if (age < windowMs) return
    old = age < 2 * windowMs ? young : new Set()
    young = new Set()
    began = now()
  }

  return (name: string): boolean => {
    turn()
    if (young.has(name) || old.has(name)) return false
    // To forget one early would let it in again.
    if (young.size >= max) throw new Unavailable(`More than ${max} proofs in ${windowMs} ms`)
    young.add(name)
    return true
  }
}
