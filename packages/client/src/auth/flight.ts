import { raceAbort } from '@lutra/core/wait'

/** Work that is done once for all who need it at the same time, and given up when all of them have. */
export interface Flight<T> {
  /** Joins what is under way, or starts it. */
  join(signal: AbortSignal | undefined, start: (signal: AbortSignal) => Promise<T>): Promise<T>
}

export function createFlight<T>(): Flight<T> {
  let current: { work: Promise<T>; control: AbortController; riders: number } | undefined

  return {
    async join(signal, start) {
      if (!current) {
        const control = new AbortController()
        const work = start(control.signal)
        // Whoever left early hears nothing of how it ended.
        work.catch(() => {})
        current = { work, control, riders: 0 }
      }
      const flight = current
      flight.riders += 1
      try {
        return await (signal ? raceAbort(flight.work, signal) : flight.work)
      } finally {
        flight.riders -= 1
        if (flight.riders === 0) flight.control.abort(signal?.reason)
        // It is over, or given up: whoever comes now starts anew.
        if (flight.riders === 0 && current === flight) current = undefined
      }
    },
  }
}
