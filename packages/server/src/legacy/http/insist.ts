import { StoreError } from '@lutra/core'
import { after } from '../after.ts'

/** Does something again for as long as a store is away: what a client was promised must not be lost to that. */
export async function insist<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const end = Date.now() + longestMs
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 1000)) {
    try {
      return await work()
    } catch (reason) {
      const away = reason instanceof StoreError && reason.code === 'unavailable'
      if (!away || Date.now() > end) throw reason
      await new Promise<void>((resolve) => void after(waitMs, resolve))
      signal?.throwIfAborted()
    }
  }
}

const longestMs = 5 * 60 * 1000
