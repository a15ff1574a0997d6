import { StoreError, type StoreErrorCode } from '../store-error.ts'
import { startTimer } from './timer.ts'

export interface RetryStoreOptions {
  /** Ends it. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds after which it is given up. Default: five minutes. */
  readonly patienceMs?: number
  /** What is waited out. Default: `unavailable` alone. */
  readonly codes?: readonly StoreErrorCode[]
}

/**
 * Does something with a store, and again for as long as that is away: what was promised must not be lost to that. Given up, it rejects
 * with what the store said last. What waits keeps no process alive.
 */
export async function retryStore<T>(
  work: () => Promise<T>,
  options: RetryStoreOptions = {},
): Promise<T> {
  const { signal, patienceMs = 300_000, codes = ['unavailable'] } = options
  const end = performance.now() + patienceMs
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 1000)) {
    try {
      return await work()
    } catch (error) {
      const passes = error instanceof StoreError && codes.includes(error.code)
      if (!passes || signal?.aborted || performance.now() > end) throw error
    }
    await new Promise<void>((resolve) => startTimer(waitMs, resolve))
  }
}
