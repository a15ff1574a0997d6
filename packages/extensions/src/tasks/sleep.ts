/**
 * Waits, unless the signal ends it, or `news` come. However long a server wants us to wait: not for ever, and never not at all.
 */
export function sleep(ms: number, signal: AbortSignal, news?: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const wake = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      resolve()
    }
    // A server that asks for a longer or a shorter pause gets the longest or the shortest there is.
    const timer = setTimeout(wake, Math.min(Math.max(ms, leastMs), mostMs))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    void news?.then(wake)
  })
}

const leastMs = 1
const mostMs = 300_000
