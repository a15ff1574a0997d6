import { onceAborted } from './abort.ts'
import { longestMs } from './timer.ts'

/** Waits for `ms`; rejects with the reason of the signal if that is first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => {
        letGo()
        resolve()
      },
      Math.min(ms, longestMs),
    )
    const letGo = onceAborted(signal, () => {
      clearTimeout(timer)
      reject(signal?.reason)
    })
  })
}
