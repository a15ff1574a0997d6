/** Calls `run` after a time, unless the function that it returns was called before. Keeps no process alive. */
export function startTimer(ms: number, run: () => void): () => void {
  const timer: unknown = setTimeout(run, Math.min(ms, longest))
  if (hasUnref(timer)) timer.unref()
  return () => clearTimeout(timer as ReturnType<typeof setTimeout>)
}

/** Resolves after a time; rejects as soon as `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const abort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', abort)
        resolve()
      },
      Math.min(ms, longest),
    )
    signal.addEventListener('abort', abort, { once: true })
  })
}

// A longer time overflows the clock of the runtime and would fire at once.
const longest = 0x7fffffff

function hasUnref(timer: unknown): timer is { unref(): void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer
}
