import { type Bus, isObject, type Store } from '@lutra/core'
import { createBudget } from './budget.ts'

/**
 * One connection at a time for each stream: who takes it up last, on whatever instance, has it, and the others let go. So
 * no message goes out on two connections, and a client whose old connection is half dead is not locked out.
 */
export interface Claims {
  /** Calls `lost` when somebody else claims the same; the function that it returns ends that. */
  hold(what: string, lost: () => void): () => void
  /** The same, after taking it from whoever has it. */
  claim(what: string, lost: () => void): () => void
}

export interface ClaimsOptions {
  readonly store: Store
  readonly bus: Bus
  readonly onError: (error: unknown) => void
}

export function createClaims({ store, bus, onError }: ClaimsOptions): Claims {
  const budget = createBudget(maxKept, ttlMs)

  // Who claimed last is kept for those whom the bus did not tell.
  async function look(what: string, who: string, lost: () => void): Promise<void> {
    const claimed = (await store.get(keyOf(what)))?.value
    if (isObject(claimed) && claimed['by'] !== who) lost()
  }

  function listen(what: string, who: string, lost: () => void): () => void {
    const hear = (told: unknown) => {
      if (isObject(told) && told['by'] !== who) lost()
    }
    return bus.subscribe(keyOf(what), hear, () => look(what, who, lost).catch(onError))
  }

  async function take(what: string, by: string): Promise<void> {
    const kept = budget.spend(1) && store.set(keyOf(what), { by }, { ttlMs })
    await Promise.all([kept, bus.publish(keyOf(what), { by })])
  }

  return {
    hold: (what, lost) => listen(what, '', lost),
    claim(what, lost) {
      const who = crypto.randomUUID()
      const release = listen(what, who, lost)
      take(what, who).catch(onError)
      return release
    },
  }
}

// Longer than most gaps.
const ttlMs = 5 * 60 * 1000
// What one instance has kept at once. Claims are free to make: what is beyond is told over the bus alone.
const maxKept = 50_000

/** Names a claim in the store and on the bus. */
function keyOf(what: string): string {
  return `lutra/legacy/claim/${what}`
}
