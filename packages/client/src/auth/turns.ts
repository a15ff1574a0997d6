/** Runs work for one name after the other, and for different names side by side. */
export type Turns = <T>(name: string, work: () => Promise<T>) => Promise<T>

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()

  return async (name, work) => {
    const before = last.get(name)
    const turn = (async () => {
      // How the one before ended is nobody's business but its own.
      await before?.catch(() => {})
      return work()
    })()
    last.set(name, turn)
    try {
      return await turn
    } finally {
      if (last.get(name) === turn) last.delete(name)
    }
  }
}
