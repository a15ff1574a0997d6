import {
  type Call,
  factsOf,
  type Handler,
  type Id,
  isObject,
  metaKeys,
  notification,
  type Result,
  RpcError,
} from '@lutra/core'
import { liftError, liftResult } from '@lutra/core/legacy'
import { type Exchange, runExchange } from './exchange.ts'
import { lowerParams } from './lower-params.ts'
import { assertNeedsNoTask } from './needs-task.ts'
import type { Parts } from './parts.ts'
import { SessionLostError } from './wire.ts'

/** Takes modern calls and carries them to the server of a legacy session. */
export function createHandler(parts: Parts): Handler {
  return async function handler(call: Call): Promise<Result> {
    const { method, params } = call
    if (method === 'server/discover') return discover(parts)
    if (method === 'subscriptions/listen') {
      return parts.listening.listen(call, parts.greeting.discovered.capabilities)
    }
    if (method.startsWith('notifications/')) {
      await parts.wire.send(notification({ method, params: lowerParams(call, undefined) }))
      return { resultType: 'complete' }
    }
    const state = params['requestState']
    if (typeof state === 'string') return parts.park.take(call, state).resume(call)
    await parts.logging.prepare(call)
    return runExchange(call, {
      park: parts.park,
      send: (exchange, signal) => carry(parts, call, { exchange, signal }),
    })
  }
}

/** What `server/discover` would answer: the server said it in the handshake. */
function discover({ greeting }: Parts): Result {
  const { serverInfo, ...rest } = greeting.discovered
  const result = { resultType: 'complete', ...rest, ttlMs: 0, cacheScope: 'private' }
  return serverInfo ? { ...result, _meta: { [metaKeys.serverInfo]: serverInfo } } : result
}

interface Sending {
  readonly exchange: Exchange
  readonly signal: AbortSignal
}

async function carry(parts: Parts, call: Call, sending: Sending): Promise<Result> {
  const { exchange, signal } = sending
  try {
    const result = await parts.urls.send(() => send(parts, call, sending), exchange, signal)
    if (result['isError'] === true) await assertNeedsNoTask(parts, call, result)
    return liftResult(call.method, result, parts.greeting.discovered.serverInfo)
  } catch (reason) {
    await assertNeedsNoTask(parts, call, reason)
    throw reason instanceof RpcError ? liftError(reason) : reason
  }
}

/** Sends a call, once more in a new session where the old one was lost and nothing can happen twice. */
async function send(parts: Parts, call: Call, { exchange, signal }: Sending) {
  for (let again = false; ; again = true) {
    const session = await parts.renewal.ready(signal)
    let id: Id | undefined
    const params = (given: Id) => {
      id = given
      parts.running.set(given, exchange)
      return lowerParams(call, call.meta.progressToken === undefined ? undefined : given)
    }
    try {
      const result = await parts.requests.ask(call.method, params, { signal })
      if (isObject(result['task']) && id !== undefined) keepLasting(parts, id, call)
      return result
    } catch (reason) {
      if (!(reason instanceof SessionLostError)) throw reason
      parts.renewal.expire(session)
      if (again || !(reason.refused || factsOf(call.method).safe)) throw reason
    } finally {
      if (id !== undefined) parts.running.delete(id)
    }
  }
}

function keepLasting({ lasting }: Parts, id: Id, call: Call): void {
  lasting.set(id, call)
  const [oldest] = lasting.keys()
  if (lasting.size > maxLasting && oldest !== undefined) lasting.delete(oldest)
}

/** Calls that went on as tasks and whose progress is listened for, the latest ones. */
const maxLasting = 256
