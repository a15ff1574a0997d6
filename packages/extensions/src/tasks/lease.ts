import type { Store } from '@lutra/core'

/** A task that this process alone may run. */
export interface Lease {
  /** Aborts when another process may have taken the task. */
  readonly lost: AbortSignal
  /** Throws where another process may have taken the task: a process that was stopped for a while learns it here first. */
  assertHeld(): void
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
  const owner = crypto.randomUUID()
  // The time runs from before the store was asked, however late it answers.
  let renewedAt = performance.now()
  let version = await store.set(key, { owner }, { ifVersion: null, ttlMs: ms })
  if (version === undefined) return undefined
  const control = new AbortController()
  let renewing: Promise<void> | undefined

  // Nobody else may begin before this one has stopped: it gives up at the fourth of five beats, which may come a moment early.
  const isOver = () => performance.now() - renewedAt > ms * 0.75

  function beat(): void {
    if (isOver()) lose()
    else if (!renewing) {
      renewing = renew()
        .catch(onError)
        .finally(() => {
          renewing = undefined
        })
    }
  }

  async function renew(): Promise<void> {
    const begun = performance.now()
    const next = (await put(version)) ?? (await put(await ownVersion()))
    if (next === undefined) return lose()
    version = next
    renewedAt = begun
  }

  async function put(over: string | undefined): Promise<string | undefined> {
    if (over === undefined) return undefined
    return store.set(key, { owner }, { ifVersion: over, ttlMs: ms })
  }

  /** The version that an earlier renewal has given it, where the store's word of that was lost. */
  async function ownVersion(): Promise<string | undefined> {
    const held = await store.get(key)
    return (held?.value as { owner?: unknown } | undefined)?.owner === owner
      ? held?.version
      : undefined
  }

  function lose(): void {
    clearInterval(timer)
    control.abort(new Error('The lease of this task was lost'))
  }

  const timer = setInterval(beat, ms / 5)
  return {
    lost: control.signal,
    assertHeld() {
      if (isOver()) lose()
      control.signal.throwIfAborted()
    },
    async release() {
      clearInterval(timer)
      // A renewal that is under way gives it another version.
      await renewing
      if (version !== undefined) await store.delete(key, { ifVersion: version }).catch(onError)
    },
  }
}
