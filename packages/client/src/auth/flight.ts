import { raceAbort } from '../words/race.ts'

/** Work that is done once for all who need it at the same time, and given up when all of them have. */
export interface Flight<T> {
  /** Joins what is under way, or starts it. */
  join(signal: AbortSignal | undefined, start: (signal: AbortSignal) => Promise<T>): Promise<T>
}

export function createFlight<T>(): Flight<T> {
  let current: { work: Promise<T>; control: AbortController; riders: number } | undefined

  function takeOff(start: (signal: AbortSignal) => Promise<T>) {
    const control = new AbortController()
    const work = start(control.signal).finally(() => {
      current = undefined
    })
    // Whoever left early hears nothing of how it ended.
    work.catch(() => {})
    return { work, control, riders: 0 }
  }

  return {
    async join(signal, start) {
      current ??= takeOff(start)
      const flight = current
      flight.riders += 1
      try {
        return await (signal ? raceAbort(flight.work, signal) : flight.work)
      } finally {
        flight.riders -= 1
        if (flight.riders === 0) flight.control.abort(signal?.reason)
      }
    },
  }
}
