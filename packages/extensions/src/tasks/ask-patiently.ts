import { sleep } from '@lutra/core/wait'
import { waitAfter } from './transient.ts'

export interface Patience {
  readonly signal: AbortSignal
  /** Milliseconds for which nothing may be heard of the server. Default: no limit. */
  readonly patienceMs?: number
  /** Told of each fault that is waited out. */
  readonly onFault?: ((error: unknown) => void) | undefined
}

/**
 * Asks about a task, again and again while its server is out of reach: the task goes on meanwhile. Until the server says something
 * final, or the signal aborts.
 */
export async function askPatiently<T>(
  ask: () => Promise<T>,
  { signal, patienceMs = Number.POSITIVE_INFINITY, onFault }: Patience,
): Promise<T> {
  const end = performance.now() + patienceMs
  for (let count = 0; ; count++) {
    try {
      return await ask()
    } catch (error) {
      signal.throwIfAborted()
      const waitMs = waitAfter(error, count)
      if (waitMs === undefined || performance.now() + waitMs > end) throw error
      onFault?.(error)
      await sleep(waitMs, signal)
    }
  }
}
