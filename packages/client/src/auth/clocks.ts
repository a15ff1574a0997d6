import type { Clock } from '../http/authorizer.ts'

/** The clocks that run over one connection, so that all of them can stand still while a person is waited for. */
export interface Clocks {
  /** Counts a clock in, until the function that it returns is called. */
  watch(clock: Clock): () => void
  /** Stops all of them for as long as `work` takes, those that are counted in meanwhile as well. */
  during<T>(work: Promise<T>): Promise<T>
}

export function createClocks(): Clocks {
  const clocks = new Map<Clock, (() => void) | undefined>()
  let waiting = 0

  function begin(): void {
    waiting += 1
    if (waiting > 1) return
    for (const clock of clocks.keys()) clocks.set(clock, clock.pause())
  }

  function end(): void {
    waiting -= 1
    if (waiting > 0) return
    for (const [clock, start] of clocks) {
      start?.()
      clocks.set(clock, undefined)
    }
  }

  return {
    watch(clock) {
      clocks.set(clock, waiting > 0 ? clock.pause() : undefined)
      return () => clocks.delete(clock)
    },
    during(work) {
      begin()
      return work.finally(end)
    },
  }
}
