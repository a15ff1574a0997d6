/** Counts what is under way at a door, whoever it belongs to: sessions cost nothing, so a bound for each is no bound. */
export interface Gauge {
  /** Whether there was room for one more. */
  enter(): boolean
  leave(): void
}

export function createGauge(max: number): Gauge {
  let count = 0
  return {
    enter() {
      if (count >= max) return false
      count += 1
      return true
    },
    leave() {
      count -= 1
    },
  }
}
