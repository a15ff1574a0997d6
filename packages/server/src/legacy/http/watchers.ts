/** Who wants to know when something of a session has changed. */
export interface Watchers {
  watch(sid: string, listen: Watch): () => void
  tell(sid: string, elsewhere: boolean): void
}

/** Called after a change; `elsewhere` where another instance has made it, a moment ago. */
export type Watch = (elsewhere: boolean) => void

export function createWatchers(): Watchers {
  const bySid = new Map<string, Set<Watch>>()
  return {
    watch(sid, listen) {
      const listeners = bySid.get(sid) ?? new Set()
      bySid.set(sid, listeners.add(listen))
      return () => {
        listeners.delete(listen)
        if (listeners.size === 0 && bySid.get(sid) === listeners) bySid.delete(sid)
      }
    },
    tell(sid, elsewhere) {
      for (const listen of [...(bySid.get(sid) ?? [])]) listen(elsewhere)
    },
  }
}
