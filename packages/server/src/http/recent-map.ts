/** A map that forgets what was not used for long. */
export interface RecentMap<T> {
  get(key: string): T | undefined
  set(key: string, value: T): void
  delete(key: string): void
  entries(): Iterable<readonly [string, T]>
}

/**
 * Keeps about the `max` entries that were used last, and those that `pinned` speaks for. There are two generations: when
 * the young one is full it becomes the old one, whose entries come back when they are used.
 */
export function createRecentMap<T>(
  max: number,
  pinned: (value: T) => boolean = () => false,
): RecentMap<T> {
  const half = Math.max(1, Math.floor(max / 2))
  let young = new Map<string, T>()
  let old = new Map<string, T>()
  let room = half

  function set(key: string, value: T): void {
    if (room === 0) {
      const kept = [...old].filter(([name, held]) => !young.has(name) && pinned(held))
      old = young
      young = new Map(kept)
      room = half
    }
    room -= 1
    young.set(key, value)
  }

  return {
    get(key) {
      const found = young.get(key)
      if (found !== undefined) return found
      const older = old.get(key)
      if (older !== undefined) set(key, older)
      return older
    },
    set,
    delete(key) {
      young.delete(key)
      old.delete(key)
    },
    entries: () => [...old, ...young],
  }
}
