import { StoreError } from '@lutra/core'
import { retryStore } from '@lutra/core/wait'

/** Does something with the store, and again while that is away or full: what a run has come to is worth a wait. Until the signal aborts. */
export function persistently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const patienceMs = Number.POSITIVE_INFINITY
  return retryStore(work, { signal, patienceMs, codes: ['unavailable', 'full'] })
}

/** Whether an error is no fault of the task: the store is away or full, or another run has gone further. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof StoreError && (error.code === 'unavailable' || error.code === 'full')
}

/** Whether an error says that there is too much to be kept, or what no store keeps. */
export function isUnkeepable(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code === 'invalid'
}
