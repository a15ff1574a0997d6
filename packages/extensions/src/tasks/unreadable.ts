import { StoreError } from '@lutra/core'

/** The tasks that this process cannot decrypt: its keys are not those that they were encrypted with. */
export interface Unreadable {
  /** Tells whoever looks after the process of a task, once. */
  tell(id: string, error: StoreError): void
  /** Whether that was found of a task a moment ago: it is not worth another try, and must not hold up others. */
  has(id: string): boolean
}

export function createUnreadable(onError: (error: unknown) => void): Unreadable {
  /** When each was found, by the clock of the process. */
  const found = new Map<string, number>()
  return {
    tell(id, cause) {
      const isKnown = found.delete(id)
      found.set(id, performance.now())
      const [longestAgo] = found.keys()
      if (found.size > mostKnown && longestAgo !== undefined) found.delete(longestAgo)
      if (isKnown) return
      const message = `Task ${id} is left alone: ${cause.message}. Open its engine with the key that it was encrypted with`
      onError(new StoreError(message, { code: 'unreadable', cause }))
    },
    has(id) {
      return performance.now() - (found.get(id) ?? Number.NEGATIVE_INFINITY) < aloneMs
    },
  }
}

const mostKnown = 10_000
// Another process may write it anew, with a key that is known here.
const aloneMs = 60_000

/** Whether an error says that a secret cannot be decrypted. */
export function isUnreadable(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code === 'unreadable'
}
