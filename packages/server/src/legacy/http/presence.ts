import type { Store } from '@lutra/core'
import { startTimer } from '@lutra/core/wait'

/** Which instances are there: one that has calls with which another could go on says so, again and again. */
export interface Presence {
  /** The name of this instance. */
  readonly name: string
  /** Resolves once it is known that this instance is there, and goes on saying so until the function is called. */
  begin(): Promise<() => void>
  /** Whether nothing was heard of an instance for a while. One that was away itself may be there again a moment later. */
  isGone(name: string): Promise<boolean>
  close(): void
}

export interface PresenceOptions {
  readonly store: Store
  readonly onError: (error: unknown) => void
}

export function createPresence({ store, onError }: PresenceOptions): Presence {
  const name = crypto.randomUUID()
  const looks = new Map<string, Promise<boolean>>()
  let users = 0
  let saidAt = Number.NEGATIVE_INFINITY
  let saying: Promise<void> | undefined
  let stop = () => {}

  async function say(): Promise<void> {
    const at = performance.now()
    await store.set(keyOf(name), {}, { ttlMs: presenceMs })
    saidAt = at
  }

  // The clock is the store's: those of the instances may differ.
  function repeat(): void {
    stop = startTimer(presenceMs / 3, () => {
      if (users === 0) return
      repeat()
      say().catch(onError)
    })
  }

  return {
    name,
    async begin() {
      let left = false
      users += 1
      const leave = () => {
        if (!left) users -= 1
        left = true
      }
      if (users === 1) {
        stop()
        repeat()
      }
      try {
        if (performance.now() - saidAt > presenceMs / 3) {
          saying ??= say().finally(() => {
            saying = undefined
          })
          await saying
        }
      } catch (reason) {
        leave()
        throw reason
      }
      return leave
    },
    isGone(other) {
      const look = looks.get(other) ?? store.get(keyOf(other)).then((found) => !found)
      // Many may wait for the same instance.
      if (!looks.has(other)) startTimer(presenceMs / 10, () => looks.delete(other))
      looks.set(other, look)
      return look
    },
    close: () => stop(),
  }
}

/** Milliseconds after which an instance that says nothing is taken for gone. */
export const presenceMs = 3000

function keyOf(name: string): string {
  return `lutra/legacy/instance/${name}`
}
