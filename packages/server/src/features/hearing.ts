/** The buses that a server hears of changes over, for as long as somebody listens. */
import type { Bus, Subscription } from '@lutra/core'

/** Where changes are heard of: a topic of a bus. */
export interface Source {
  readonly bus: Bus
  readonly topic: string
}

export interface Hearing {
  /** Begins, unless it has: undefined where no change is missed from now on, else what to wait for until that is so. */
  begin(): Promise<void> | undefined
  end(): void
}

export interface HearingOptions {
  readonly sources: () => readonly Source[]
  readonly hear: (message: unknown) => void
  /** Messages may have been lost: whatever there is to hear of may have changed. Once, however many sources say so. */
  readonly missed: () => void
  /** Milliseconds after which nobody waits for a bus any more: once it is there, that counts as having missed something. */
  readonly patienceMs?: number
}

export function createHearing(options: HearingOptions): Hearing {
  const { sources, hear, missed, patienceMs = 5000 } = options
  let begun: Begun | undefined

  function gap(of: Begun): void {
    if (of.gap) return
    of.gap = true
    queueMicrotask(() => {
      of.gap = false
      // While it is waited for, nobody was promised anything yet.
      if (of === begun) missed()
    })
  }

  function begin(): Begun {
    const fresh: Begun = { subscriptions: [], ready: undefined, settle() {}, gap: false }
    begun = fresh
    fresh.subscriptions = sources().map(({ bus, topic }) =>
      bus.subscribe(topic, hear, () => gap(fresh)),
    )
    const waits = fresh.subscriptions.flatMap(({ ready }) => ready ?? [])
    if (waits.length === 0) return fresh
    let late = false
    fresh.ready = new Promise((resolve) => {
      const timer = setTimeout(() => {
        late = true
        fresh.settle()
      }, patienceMs)
      fresh.settle = () => {
        clearTimeout(timer)
        fresh.ready = undefined
        resolve()
      }
      void Promise.allSettled(waits).then(() => {
        if (late) gap(fresh)
        else fresh.settle()
      })
    })
    return fresh
  }

  return {
    begin: () => (begun ?? begin()).ready,
    end() {
      const ended = begun
      begun = undefined
      ended?.settle()
      for (const end of ended?.subscriptions ?? []) end()
    },
  }
}

interface Begun {
  subscriptions: readonly Subscription[]
  /** Until every bus is there. */
  ready: Promise<void> | undefined
  /** Ends the wait. */
  settle: () => void
  /** Whether what was missed is about to be told. */
  gap: boolean
}
