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
