/** Messages by topic, between the processes of one server. */
export interface Bus {
  /**
   * Sends a JSON message to everybody who listens, once at most. Messages of one publisher about one topic arrive in their order.
   * Rejects with `StoreError` where it cannot be sent.
   */
  publish(topic: string, message: unknown): Promise<void>
  /**
   * Calls `listen` for each message from now on. `onGap` is called when messages may have been lost, as when a connection broke:
   * what they told of must be looked up.
   */
  subscribe(topic: string, listen: (message: unknown) => void, onGap?: () => void): Subscription
}

/** Called, it ends a subscription. */
export interface Subscription {
  (): void
  /** Resolves once no message published from then on is missed; absent where that is so at once. Never rejects: an engine that is down is a gap. */
  readonly ready?: Promise<void>
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
