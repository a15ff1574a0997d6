/** The one way to end a call, whose `AbortSignal` is made when somebody first looks at it. */
export interface Cancellation {
  signal(): AbortSignal
  isCancelled(): boolean
  cancel(reason: unknown): void
}

export function createCancellation(): Cancellation {
  let controller: AbortController | undefined
  let ended: { readonly reason: unknown } | undefined
  return {
    signal() {
      controller ??= new AbortController()
      if (ended) controller.abort(ended.reason)
      return controller.signal
    },
    isCancelled: () => ended !== undefined,
    cancel(reason) {
      ended ??= { reason }
      controller?.abort(ended.reason)
    },
  }
}

/** Resolves after `ms`, or rejects with the reason of the signal. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  })
}
