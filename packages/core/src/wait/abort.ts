/** What a promise comes to, or the signal's reason if that is first. The promise is left to itself then. */
export function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const letGo = onceAborted(signal, () => reject(signal.reason))
    work.then(resolve, reject).finally(letGo)
  })
}

/** Has `control` abort with a signal, for the same reason; the function that it returns ends that. */
export function followAbort(signal: AbortSignal | undefined, control: AbortController): () => void {
  return onceAborted(signal, () => control.abort(signal?.reason))
}

/** Calls `abort` with a signal: at once where that has aborted already, and not after the function that it returns. */
export function onceAborted(signal: AbortSignal | undefined, abort: () => void): () => void {
  if (signal?.aborted) abort()
  else signal?.addEventListener('abort', abort, { once: true })
  return () => signal?.removeEventListener('abort', abort)
}
