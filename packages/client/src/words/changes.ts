import type { Change } from './listen.ts'

/** A bounded queue of changes between a stream and its reader: what is already waiting to be read is not kept twice. */
export function createChanges(max: number) {
  const waiting = new Map<unknown, Change>()
  let ended: { readonly error?: unknown } | undefined
  let wake = () => {}

  async function* read(close: () => void): AsyncGenerator<Change, void, undefined> {
    try {
      for (;;) {
        for (const [key, change] of waiting) {
          waiting.delete(key)
          yield change
        }
        if (waiting.size > 0) continue
        if (ended) {
          if (ended.error !== undefined) throw ended.error
          return
        }
        await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      close()
    }
  }

  return {
    push(change: Change): void {
      if (ended) return
      if (change.type === 'gap' || waiting.size >= max) {
        waiting.clear()
        waiting.set('gap', { type: 'gap' })
      } else if (!waiting.has('gap')) waiting.set(keyOf(change), change)
      wake()
    },
    end(error?: unknown): void {
      ended ??= { error }
      wake()
    },
    read,
  }
}

// What an extension says may differ each time, so nothing of it counts as said already.
function keyOf(change: Change): unknown {
  if (change.type === 'other') return change
  return change.type === 'resource' ? `resource ${change.uri}` : change.type
}
