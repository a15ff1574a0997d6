/** What a promise comes to, or the signal's reason if that is first. The promise is left to itself then. */
export function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Has `control` abort with a signal, for the same reason; the function that it returns ends that. */
export function follow(signal: AbortSignal | undefined, control: AbortController): () => void {
  const abort = () => control.abort(signal?.reason)
  if (signal?.aborted) abort()
  else signal?.addEventListener('abort', abort, { once: true })
  return () => signal?.removeEventListener('abort', abort)
}

/** Waits, unless the signal ends it. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    if (signal?.aborted) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  })
}

/** Milliseconds to wait before attempt `count`, from 0: doubling, bounded, and never the same for two clients. */
export function backoff(
  count: number,
  { baseMs = 200, maxMs = 30_000 }: { baseMs?: number; maxMs?: number } = {},
): number {
  const full = Math.min(maxMs, baseMs * 2 ** Math.min(count, 30))
  return full / 2 + (Math.random() * full) / 2
}
