import type { Subscription } from '@lutra/core'

/** Who listens to what within one process. */
export interface Listeners {
  add(topic: string, listen: (message: unknown) => void, onGap?: () => void): Subscription
  has(topic: string): boolean
  tell(topic: string, message: unknown): void
  /** Says that messages may have been lost: about one topic, or about all. */
  gap(topic?: string): void
}

interface Listener {
  readonly listen: (message: unknown) => void
  readonly onGap: (() => void) | undefined
}

/** Keeps listeners by topic; one that throws harms no other. */
export function createListeners(onError: (error: unknown) => void): Listeners {
  const topics = new Map<string, Set<Listener>>()

  function each(listeners: Iterable<Listener>, call: (listener: Listener) => void): void {
    for (const listener of listeners) {
      try {
        call(listener)
      } catch (error) {
        onError(error)
      }
    }
  }

  return {
    add(topic, listen, onGap) {
      const listener = { listen, onGap }
      const own = topics.get(topic) ?? new Set()
      topics.set(topic, own.add(listener))
      return () => {
        own.delete(listener)
        if (own.size === 0 && topics.get(topic) === own) topics.delete(topic)
      }
    },
    has: (topic) => topics.has(topic),
    tell(topic, message) {
      each([...(topics.get(topic) ?? [])], ({ listen }) => listen(message))
    },
    gap(topic) {
      const told = topic === undefined ? [...topics.values()] : [topics.get(topic) ?? []]
      each(
        told.flatMap((own) => [...own]),
        ({ onGap }) => onGap?.(),
      )
    },
  }
}
