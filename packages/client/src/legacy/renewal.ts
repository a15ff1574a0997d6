import { raceAbort } from '@lutra/core/wait'

/** A session that is opened again when the server has lost it, once for all who need it. */
export interface Renewal {
  /** Resolves when there is a session to send in, with the number of that session. */
  ready(signal?: AbortSignal): Promise<number>
  /** The number of the latest session. */
  readonly current: number
  /** Says that a session is gone: who comes next opens a new one. */
  expire(session: number): void
}

export function createRenewal(open: () => Promise<void>): Renewal {
  let opening: Promise<void> | undefined
  let current = 0
  let good = false

  async function renew(): Promise<void> {
    await open()
    current++
    good = true
  }

  return {
    get current() {
      return current
    },
    async ready(signal) {
      if (good) return current
      opening ??= renew().finally(() => {
        opening = undefined
      })
      await (signal ? raceAbort(opening, signal) : opening)
      return current
    },
    expire(session) {
      // Late word of an older session says nothing about this one.
      if (session === current) good = false
    },
  }
}
