import {
  type Deferred,
  deferred,
  type ErrorMessage,
  type Id,
  notification,
  type Params,
  type ResultMessage,
  RpcError,
  request,
} from '@lutra/core'
import type { LegacyWire } from './wire.ts'

type Body = Readonly<Record<string, unknown>>

/** The requests of one session that wait for their answer. Ids are never used twice, as the legacy era asks. */
export interface Requests {
  nextId(): number
  ask(asked: { id: Id; method: string; params: Params }, signal?: AbortSignal): Promise<Body>
  settle(message: ResultMessage | ErrorMessage): void
  fail(reason: Error): void
}

export function createRequests(wire: LegacyWire): Requests {
  const waiting = new Map<Id, Deferred<Body>>()
  let last = 0

  function take(id: Id): Deferred<Body> | undefined {
    const entry = waiting.get(id)
    waiting.delete(id)
    return entry
  }

  function cancel(id: Id, signal: AbortSignal): void {
    const entry = take(id)
    if (!entry) return
    // Disconnecting does not cancel here, as it does in the modern era: the server has to be told.
    const params = { requestId: id, reason: reasonOf(signal) }
    wire.send(notification({ method: 'notifications/cancelled', params })).catch(() => {})
    entry.reject(signal.reason)
  }

  return {
    nextId: () => ++last,

    async ask({ id, method, params }, signal) {
      signal?.throwIfAborted()
      const entry = deferred<Body>()
      waiting.set(id, entry)
      const abort = () => signal && cancel(id, signal)
      signal?.addEventListener('abort', abort, { once: true })
      try {
        wire
          .send(request(id, method, params), { signal })
          .catch((reason: unknown) => take(id)?.reject(reason))
        return await entry.promise
      } finally {
        signal?.removeEventListener('abort', abort)
      }
    },

    settle(message) {
      if (message.id === undefined) return
      const entry = take(message.id)
      if (!entry) return
      if ('result' in message) entry.resolve(message.result)
      else {
        const { code, message: text, data } = message.error
        entry.reject(new RpcError(text, { code, data }))
      }
    },

    fail(reason) {
      for (const id of [...waiting.keys()]) take(id)?.reject(reason)
    },
  }
}

function reasonOf(signal: AbortSignal): string {
  const reason: unknown = signal.reason
  return reason instanceof Error ? reason.message.slice(0, 200) : 'The caller has gone'
}
