import { StoreError } from '@lutra/core'

/** Does something with the store, and again while that is away: what a run has come to is worth a wait. Until the signal aborts. */
export async function persistently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 1000)) {
    try {
      return await work()
    } catch (error) {
      if (!isUnavailable(error) || signal.aborted) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs))
  }
}

/** Whether an error is no fault of the task: the store is away or full, or another run has gone further. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof StoreError && error.code !== 'invalid'
}

/** Whether an error says that there is too much to be kept, or what no store keeps. */
export function isUnkeepable(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code === 'invalid'
}
