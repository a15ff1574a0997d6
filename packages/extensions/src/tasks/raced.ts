/** What work comes to, or the reason of a signal where that aborts first: work that does not look at its signal holds up nobody. */
export async function raced<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // Nobody looks at what it comes to afterwards.
  work.catch(() => {})
  let abort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
  })
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
