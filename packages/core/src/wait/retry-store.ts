import { StoreError } from '../store-error.ts'
import { startTimer } from './timer.ts'

export interface RetryStoreOptions {
  /** Ends it. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds after which it is given up. Default: never. */
  readonly patienceMs?: number
  /** Whether a store that is full is waited for as well. Default: false. */
  readonly whenFull?: boolean
}

/**
 * Does something with a store, and again for as long as that is away: what was promised must not be lost to that. Given up, it rejects
 * with what the store said last. What waits keeps no process alive.
 */
export async function retryStore<T>(
  work: () => Promise<T>,
  options: RetryStoreOptions = {},
): Promise<T> {
  const { signal, patienceMs = Number.POSITIVE_INFINITY, whenFull = false } = options
  const since = performance.now()
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 1000)) {
    try {
      return await work()
    } catch (error) {
      const code = error instanceof StoreError ? error.code : undefined
      const passes = code === 'unavailable' || (whenFull && code === 'full')
      if (!passes || signal?.aborted || performance.now() - since > patienceMs) throw error
    }
    await new Promise<void>((resolve) => startTimer(waitMs, resolve))
  }
}
