/** How often somebody is asked. See /specification/2026-07-28/basic/authorization#step-up-authorization-flow */
import { AuthError } from './auth-error.ts'

/** Counts authorizations: a server that is never content must not have a person sign in for ever. */
export interface Limits {
  /** Throws `AuthError` where there were too many for an operation, or in all. */
  assertMore(operation: string): void
  /** Counts one that went well. One that failed ends what it was for, and is nobody's endless loop. */
  count(operation: string): void
  /** The operation got through. */
  succeeded(operation: string): void
  /** Whether any operation is counted at the moment. */
  readonly counting: boolean
}

const maxPerOperation = 3
const maxInAll = 12
const spanMs = 10 * 60_000
const maxOperations = 1000

export function createLimits(server: URL): Limits {
  const operations = new Map<string, { count: number; at: number }>()
  let recent: readonly number[] = []

  function countOf(operation: string): number {
    const known = operations.get(operation)
    return known && Date.now() - known.at < spanMs ? known.count : 0
  }

  return {
    get counting() {
      return operations.size > 0
    },
    assertMore(operation) {
      const count = countOf(operation)
      recent = recent.filter((at) => Date.now() - at < spanMs)
      if (count >= maxPerOperation || recent.length >= maxInAll) {
        throw new AuthError(
          'scope',
          `${server.origin} still refuses ${operation} after ${Math.max(count, 1)} authorizations: ` +
            'what it asks for is not what its authorization server grants; its operator has to know',
        )
      }
    },
    count(operation) {
      const count = countOf(operation)
      recent = [...recent, Date.now()]
      operations.delete(operation)
      const oldest = operations.size >= maxOperations ? operations.keys().next().value : undefined
      if (oldest !== undefined) operations.delete(oldest)
      operations.set(operation, { count: count + 1, at: Date.now() })
    },
    succeeded(operation) {
      operations.delete(operation)
    },
  }
}
