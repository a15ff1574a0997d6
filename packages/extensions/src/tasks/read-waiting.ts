import { isObject } from '@lutra/core'
import type { Waiting } from './wait-list.ts'
import { isTaskId } from './words.ts'

/** The waiting tasks of which a message tells: none where it is somebody else's, who writes to the same bus. */
export function readWaiting(told: unknown): readonly Waiting[] {
  return Array.isArray(told) ? told.filter(isWaiting) : []
}

function isWaiting(value: unknown): value is Waiting {
  if (!isObject(value)) return false
  const { id, createdAt, tool, principal, concurrency, notBefore, delayMs } = value
  return (
    typeof id === 'string' &&
    isTaskId(id) &&
    [tool, principal].every((one) => typeof one === 'string') &&
    [createdAt, concurrency, notBefore, delayMs].every((one) => typeof one === 'number')
  )
}
