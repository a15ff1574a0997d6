/** Calls `run` once after `ms`, unless the function that it returns is called before. Keeps no process alive. */
export function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms) as ReturnType<typeof setTimeout> & { unref?: () => void }
  timer.unref?.()
  return () => clearTimeout(timer)
}
