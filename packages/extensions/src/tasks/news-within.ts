import { followAbort, sleep } from '@lutra/core/wait'

/** Waits for news, for `ms` at most; rejects with the reason of the signal. */
export async function newsWithin(
  ms: number,
  news: Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const woken = new AbortController()
  const letGo = followAbort(signal, woken)
  void news.then(() => woken.abort())
  try {
    await sleep(ms, woken.signal)
  } catch {
    signal.throwIfAborted()
  } finally {
    letGo()
  }
}
