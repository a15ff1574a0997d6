import type { Params } from './call.ts'
import { RpcError } from './error.ts'
import {
  type ErrorMessage,
  type Id,
  isObject,
  type Message,
  type ResultMessage,
  request,
} from './message.ts'

export interface AskOptions {
  /** Ends the wait, and tells the peer by `notifications/cancelled`. */
  readonly signal?: AbortSignal | undefined
  /** Whether the peer is told of an end by `signal`. Default: true. */
  readonly cancel?: boolean
}

/** The requests of one side of a pipe that have no answer yet. */
export interface Pending {
  /**
   * Sends a request under a fresh id and resolves with its result; rejects with the peer's error as `RpcError`, or with
   * the reason of the signal. Params may depend on the id.
   */
  ask(
    method: string,
    params: Params | ((id: Id) => Params),
    options?: AskOptions,
  ): Promise<Readonly<Record<string, unknown>>>
  /** Hands a response to who waits for it; false where nobody does: it came late, or for an id never used. */
  settle(message: ResultMessage | ErrorMessage): boolean
  /** Rejects one request, or every one there is and will be. */
  fail(reason: unknown, id?: Id): void
  readonly size: number
}

/** Matches responses to requests over anything that carries messages. */
export function createPending(send: (message: Message) => Promise<void> | void): Pending {
  const waiting = new Map<Id, Waiter>()
  let last = 0
  let ended: { readonly reason: unknown } | undefined

  function fail(reason: unknown, id?: Id): void {
    if (id === undefined) {
      ended ??= { reason }
      for (const waiter of [...waiting.values()]) waiter.reject(reason)
    } else waiting.get(id)?.reject(reason)
  }

  return {
    ask(method, params, { signal, cancel = true } = {}) {
      return new Promise((resolve, reject) => {
        if (ended) return reject(ended.reason)
        if (signal?.aborted) return reject(signal.reason)
        last += 1
        const id = last
        const abort = () => {
          waiter.reject(signal?.reason)
          if (cancel) void deliver(send, cancelled(id, signal?.reason)).catch(() => {})
        }
        const settled = () => {
          waiting.delete(id)
          signal?.removeEventListener('abort', abort)
        }
        const waiter: Waiter = {
          resolve: (result) => {
            settled()
            resolve(result)
          },
          reject: (reason) => {
            settled()
            reject(reason)
          },
        }
        waiting.set(id, waiter)
        signal?.addEventListener('abort', abort)
        const message = request(id, method, typeof params === 'function' ? params(id) : params)
        deliver(send, message).catch(waiter.reject)
      })
    },
    settle(message) {
      const waiter = message.id === undefined ? undefined : waiting.get(message.id)
      if (!waiter) return false
      if (isResult(message)) waiter.resolve(message.result)
      else waiter.reject(errorOf(message))
      return true
    },
    fail,
    get size() {
      return waiting.size
    },
  }
}

interface Waiter {
  readonly resolve: (result: Readonly<Record<string, unknown>>) => void
  readonly reject: (reason: unknown) => void
}

/** Whether a response has a result. Some peers send both fields, the other one `null`. */
export function isResult(message: Message): message is ResultMessage {
  return 'result' in message && isObject(message.result)
}

/** The error that a peer's error response stands for. */
export function errorOf({ error }: ErrorMessage, cause?: unknown): RpcError {
  const { code, message, data } = error
  return new RpcError(message, { code, data, cause })
}

async function deliver(
  send: (message: Message) => Promise<void> | void,
  message: Message,
): Promise<void> {
  await send(message)
}

function cancelled(requestId: Id, reason: unknown): Message {
  const text = reason instanceof Error ? reason.message : undefined
  return {
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: text ? { requestId, reason: text.slice(0, 200) } : { requestId },
  }
}
