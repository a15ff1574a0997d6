import type { Store } from '@lutra/core'

/** A task that this process alone may run. */
export interface Lease {
  /** Aborts when another process may have taken the task. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

export interface LeaseOptions {
  readonly store: Store
  readonly key: string
  readonly ms: number
  readonly onError: (error: unknown) => void
}

/** Holds a key that goes away by itself with its process. The clock is the store's. */
export async function takeLease({
  store,
  key,
  ms,
  onError,
}: LeaseOptions): Promise<Lease | undefined> {
  let version = await store.set(key, {}, { ifVersion: null, ttlMs: ms })
  if (version === undefined) return undefined
  const control = new AbortController()
  let renewedAt = performance.now()
  let renewing = false

  async function renew(): Promise<void> {
    // Nobody else may begin before this one has stopped: it gives up a beat before the lease ends.
    if (performance.now() - renewedAt > ms * 0.8) return lose()
    if (renewing) return
    renewing = true
    const begun = performance.now()
    try {
      const next = await store.set(key, {}, { ifVersion: version ?? '', ttlMs: ms })
      if (next === undefined) return lose()
      version = next
      renewedAt = begun
    } catch (error) {
      onError(error)
    } finally {
      renewing = false
    }
  }

  function lose(): void {
    clearInterval(timer)
    control.abort(new Error('The lease of this task was lost'))
  }

  const timer = setInterval(() => void renew(), ms / 5)
  return {
    lost: control.signal,
    async release() {
      clearInterval(timer)
      if (version !== undefined) await store.delete(key, { ifVersion: version }).catch(onError)
    },
  }
}
