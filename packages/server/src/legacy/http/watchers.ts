/** Who wants to know when something of a session has changed. */
export interface Watchers {
  watch(sid: string, listen: () => void): () => void
  tell(sid: string): void
}

export function createWatchers(): Watchers {
  const bySid = new Map<string, Set<() => void>>()
  return {
    watch(sid, listen) {
      const listeners = bySid.get(sid) ?? new Set()
      bySid.set(sid, listeners.add(listen))
      return () => {
        listeners.delete(listen)
        if (listeners.size === 0 && bySid.get(sid) === listeners) bySid.delete(sid)
      }
    },
    tell(sid) {
      for (const listen of [...(bySid.get(sid) ?? [])]) listen()
    },
  }
}
