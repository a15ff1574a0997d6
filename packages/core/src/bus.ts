/** Messages by topic, between the processes of one server. */
export interface Bus {
  publish(topic: string, message: unknown): Promise<void>
  /** Calls `listen` for each message from now on; the function that it returns ends that. */
  subscribe(topic: string, listen: (message: unknown) => void): () => void
}

/** The bus of a server that is one process. */
export function createMemoryBus(onError: (error: unknown) => void = () => {}): Bus {
  const topics = new Map<string, Set<(message: unknown) => void>>()
  return {
    async publish(topic, message) {
      for (const listen of topics.get(topic) ?? []) {
        try {
          listen(message)
        } catch (error) {
          onError(error)
        }
      }
    },
    subscribe(topic, listen) {
      const listeners = topics.get(topic) ?? new Set()
      topics.set(topic, listeners.add(listen))
      return () => {
        listeners.delete(listen)
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic)
      }
    },
  }
}
