import { ErrorCode, type Id, RpcError } from '@lutra/core'
import { type Cancellation, createCancellation } from './cancellation.ts'

/** The calls of one session that have no result yet. */
export interface Running {
  /** Throws `RpcError` -32600 where the id is taken or there are too many: as many as this run, and as many wait. */
  start(id: Id, method: string): Cancellation
  end(id: Id, cancellation: Cancellation): void
  /** Ends one call at the wish of the client; false where it is not among these. */
  cancel(id: Id): boolean
  has(id: Id): boolean
  close(reason: unknown): void
  size(): number
}

/** Whether a call does nothing but wait, for as long as a task goes on: who waits for many must be able to call all the same. */
export function isWait(method: string): boolean {
  return method === 'tasks/result'
}

export function createRunning(max: number): Running {
  const calls = new Map<Id, Cancellation>()
  const waits = new Set<Id>()
  return {
    start(id, method) {
      if (calls.has(id)) throw refuse(`The id ${JSON.stringify(id).slice(0, 100)} is in use`)
      const waiting = isWait(method)
      if ((waiting ? waits.size : calls.size - waits.size) >= max) {
        throw refuse(
          `This session has ${max} calls ${waiting ? 'waiting' : 'running'}: await some first`,
        )
      }
      if (waiting) waits.add(id)
      const cancellation = createCancellation()
      calls.set(id, cancellation)
      return cancellation
    },
    end(id, cancellation) {
      if (calls.get(id) !== cancellation) return
      calls.delete(id)
      waits.delete(id)
    },
    cancel(id) {
      const cancellation = calls.get(id)
      cancellation?.cancel(new Error('The client cancelled the request'))
      return cancellation !== undefined
    },
    has: (id) => calls.has(id),
    close(reason) {
      for (const cancellation of [...calls.values()]) cancellation.cancel(reason)
    },
    size: () => calls.size,
  }
}

/** Refuses a message as such: the error of a session that is not in a state to take it. */
export function refuse(message: string): RpcError {
  return new RpcError(`Invalid request: ${message}`, { code: ErrorCode.invalidRequest })
}
