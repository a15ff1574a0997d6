/** Those who want to hear of something. What one of them throws is no matter of the others'. */
export function createListeners<T>(warn: (message: string) => void) {
  const listeners = new Set<(event: T) => void>()
  return {
    on(listen: (event: T) => void): () => void {
      listeners.add(listen)
      return () => listeners.delete(listen)
    },
    tell(event: T): void {
      for (const listen of [...listeners]) {
        try {
          listen(event)
        } catch (error) {
          warn(`A listener threw: ${String(error)}`)
        }
      }
    },
  }
}
