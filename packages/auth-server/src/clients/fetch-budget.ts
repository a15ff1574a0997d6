/** How much strangers can make this server fetch: naming a client by a URL is free for them. */
export interface FetchBudget {
  /** Whether one more is fine now. */
  take(): boolean
}

/** Lets `limit` fetches of new metadata documents through in each minute. */
export function createFetchBudget(limit = 120, now: () => number = Date.now): FetchBudget {
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
