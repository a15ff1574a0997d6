import { startTimer } from '@lutra/core/wait'

/**
 * Resolves once a subscription hears, or when that takes too long: who waits goes on then, since a bus says itself when
 * something was missed.
 */
export function soon(ready: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const stop = startTimer(5000, resolve)
    void ready.then(stop).then(resolve)
  })
}
