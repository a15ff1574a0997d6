/** How much an instance has had remembered, name by name, so that clients who are many or eager cannot fill a store. */
export interface Ledger {
  /**
   * Books what is remembered under a name from now on, instead of what was before. False where there is no room for it.
   * What only marks an end makes room: the oldest of its kind are struck off, and told of by `forget`.
   */
  book(name: string, entry: { readonly size: number; readonly until: number }): boolean
  /** The same for a mark, which always finds room. */
  mark(name: string, until: number): void
}

export function createLedger(
  max: number,
  { forget, now }: { readonly forget: (name: string) => void; readonly now: () => number },
): Ledger {
  const entries = new Map<string, { readonly size: number; readonly until: number }>()
  const marks = new Map<string, number>()
  let total = 0
  let swept = now()

  function strike(name: string): void {
    const known = entries.get(name)
    if (known) total -= known.size
    if (marks.delete(name)) total -= markSize
    entries.delete(name)
  }

  // What is full stays full for a while: not everybody who is refused has all of it looked through.
  function sweep(): void {
    const time = now()
    if (time - swept < sweepMs) return
    swept = time
    for (const [name, { until }] of entries) if (until <= time) strike(name)
    for (const [name, until] of marks) if (until <= time) strike(name)
  }

  /** Marks are in the order of their making. */
  function makeRoom(size: number): boolean {
    if (total + size > max) sweep()
    for (const name of marks.keys()) {
      if (total + size <= max) break
      strike(name)
      forget(name)
    }
    return total + size <= max
  }

  return {
    book(name, { size, until }) {
      const before = entries.get(name)?.size ?? 0
      if (size + entrySize > before && !makeRoom(size + entrySize - before)) return false
      strike(name)
      entries.set(name, { size: size + entrySize, until })
      total += size + entrySize
      return true
    },
    mark(name, until) {
      strike(name)
      makeRoom(markSize)
      marks.set(name, until)
      total += markSize
    },
  }
}

const sweepMs = 10_000

// What an entry takes beside its text, here and in a store.
const entrySize = 512
const markSize = 512
