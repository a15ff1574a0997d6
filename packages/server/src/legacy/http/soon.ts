import { after } from '../after.ts'

/**
 * Resolves once a subscription hears, or when that takes too long: who waits goes on then, since a bus says itself when
 * something was missed.
 */
export function soon(ready: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const stop = after(5000, resolve)
    void ready.then(() => {
      stop()
      resolve()
    })
  })
}
