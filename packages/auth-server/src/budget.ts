/** How much strangers can make this server do: naming a client by a URL, or registering one, is free for them. */
export interface Budget {
  /** Whether one more is fine now. */
  take(): boolean
}

/** Lets `limit` through in each minute. */
export function createBudget(limit: number, now: () => number = Date.now): Budget {
  let minute = 0
  let taken = 0
  return {
    take() {
      const current = Math.floor(now() / 60_000)
      if (current !== minute) [minute, taken] = [current, 0]
      taken++
      return taken <= limit
    },
  }
}
