import { raceAbort } from '@lutra/core/wait'

/** Runs work for one name after the other, and for different names side by side. The signal ends waiting, and no work that has begun. */
export type Turns = <T>(
  name: string,
  work: () => Promise<T>,
  signal?: AbortSignal | undefined,
) => Promise<T>

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()

  return async (name, work, signal) => {
    // How the one before ended is nobody's business but its own.
    const before = last.get(name)?.catch(() => {})
    const turn = (async () => {
      await before
      signal?.throwIfAborted()
      return work()
    })()
    last.set(name, turn)
    const over = () => {
      if (last.get(name) === turn) last.delete(name)
    }
    turn.then(over, over)
    if (before && signal) await raceAbort(before, signal)
    return turn
  }
}
