/** Calls `run` after `ms`, unless the function that it returns was called before. Keeps no process alive. */
export function startTimer(ms: number, run: () => void): () => void {
  const timer: unknown = setTimeout(run, Math.min(ms, longestMs))
  if (hasUnref(timer)) timer.unref()
  return () => clearTimeout(timer as ReturnType<typeof setTimeout>)
}

/** A longer time overflows the clock of the runtime and would be over at once. */
export const longestMs = 0x7fffffff

function hasUnref(timer: unknown): timer is { unref(): void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer
}
