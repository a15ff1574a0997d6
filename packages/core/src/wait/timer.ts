/** Calls `run` after `ms`, unless the function that it returns was called before. Keeps no process alive. */
export function startTimer(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, Math.min(ms, longestMs)) as Timer & { unref?: () => void }
  // Browsers have numbers for timers.
  timer.unref?.()
  return () => clearTimeout(timer)
}

/** A longer time overflows the clock of the runtime and would be over at once. */
export const longestMs = 0x7fffffff

type Timer = ReturnType<typeof setTimeout>
