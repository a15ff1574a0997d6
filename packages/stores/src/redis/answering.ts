import { StoreError } from '@lutra/core'

/** Asks over a connection, which may be any object; throws `StoreError` where it has owed an answer for too long. */
export type Ask = <T>(connection: object, question: () => Promise<T>) => Promise<T>

/**
 * Asks nothing more over a connection that has not answered for `ms`. The library takes what is written for a sign of life: while
 * calls went on, one that has fallen silent would never be found.
 */
export function whileAnswering(ms: number): Ask {
  /** Since when an answer is owed, by the clock of the process. */
  const owing = new WeakMap<object, number>()
  return async (connection, question) => {
    const since = owing.get(connection)
    if (since === undefined) owing.set(connection, performance.now())
    else if (performance.now() - since > ms) {
      throw new StoreError(`Redis did not answer in ${ms} ms`, { code: 'unavailable' })
    }
    try {
      return await question()
    } finally {
      owing.delete(connection)
    }
  }
}
