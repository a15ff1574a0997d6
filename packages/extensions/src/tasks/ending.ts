/** Tells those who wait, and who may be thousands, that the server closes. An `AbortSignal` warns of its eleventh listener. */
export interface Ending {
  readonly isOver: boolean
  /** Calls `listen` at the end, unless the function that it gives is called before. */
  onEnd(listen: () => void): () => void
  end(): void
}

export function createEnding(): Ending {
  const listeners = new Set<() => void>()
  let isOver = false
  return {
    get isOver() {
      return isOver
    },
    onEnd(listen) {
      listeners.add(listen)
      return () => void listeners.delete(listen)
    },
    end() {
      isOver = true
      for (const listen of [...listeners]) listen()
    },
  }
}
