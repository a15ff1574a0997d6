import {
  claimedVersion,
  encodeNotification,
  type Handler,
  type Id,
  type Message,
  type Meta,
  type Notification,
  notification,
  type OnError,
  type Params,
  type RequestMessage,
  type Result,
  readMeta,
  toRpcError,
  verifyVersion,
  withSignal,
} from '@lutra/core'
import { readUnclaimed } from '../claim.ts'
import { encodeFailure, encodeReply } from '../encode-reply.ts'
import { duplicateId, tooManyCalls } from './refusals.ts'

/** The modern calls that run on one pipe. */
export interface Calls {
  /** Runs a request and sends its answer; throws `RpcError` where it is none that can run. */
  start(request: RequestMessage): void
  /** Ends a call without any further word about it; false where none of that id runs. */
  cancel(id: Id): boolean
  /** Ends subscriptions, and resolves once nothing runs. */
  drain(): Promise<void>
  /** Cancels what still runs. */
  close(): void
}

/** Where answers go: as messages, or as JSON text. */
export interface Way {
  send(message: Message): void
  sendText(json: string): void
}

export function createCalls(
  handler: Handler & { readonly onError?: OnError },
  way: Way,
  max: number,
): Calls {
  const running = new Map<Id, Run>()
  let onIdle = () => {}

  function finish(run: Run): boolean {
    const wasLive = run.live
    run.live = false
    if (running.get(run.id) === run) running.delete(run.id)
    if (running.size === 0) onIdle()
    return wasLive
  }

  function cancel(run: Run): void {
    finish(run)
    run.controller?.abort()
  }

  function succeed(run: Run, result: Result): void {
    let text: string
    try {
      text = encodeReply(run.id, result)
    } catch (reason) {
      fail(run, reason)
      return
    }
    if (!finish(run)) return
    way.sendText(text)
    // On a pipe no stream closes, so that the end of a subscription is told twice: by its result, then like this.
    if (run.method === listen) way.send(notification(ended(run.id)))
  }

  function fail(run: Run, reason: unknown): void {
    if (finish(run))
      way.sendText(encodeFailure(run.id, toRpcError(reason, run.method, handler.onError)))
  }

  return {
    start({ id, method, params = {} }) {
      if (running.has(id)) throw duplicateId(id)
      if (running.size >= max) throw tooManyCalls(max)
      const meta = readClaim(params)
      const run: Run = { id, method, live: true, controller: undefined }
      running.set(id, run)
      function notify(message: Notification): void {
        if (run.live) way.sendText(encodeNotification(message))
      }
      try {
        handler(withSignal({ id, method, params, meta, notify }, () => signalOf(run))).then(
          (result) => succeed(run, result),
          (reason: unknown) => fail(run, reason),
        )
      } catch (reason) {
        fail(run, reason)
      }
    },
    cancel(id) {
      const run = running.get(id)
      if (run) cancel(run)
      return run !== undefined
    },
    drain() {
      for (const run of [...running.values()]) if (run.method === listen) cancel(run)
      if (running.size === 0) return Promise.resolve()
      return new Promise((resolve) => {
        onIdle = resolve
      })
    },
    close() {
      for (const run of [...running.values()]) cancel(run)
    },
  }
}

function readClaim(params: Params): Meta {
  const version = claimedVersion(params)
  if (version === undefined) return readUnclaimed(params)
  verifyVersion(version)
  return readMeta(params)
}

interface Run {
  readonly id: Id
  readonly method: string
  /** False once it was answered or cancelled: nothing is sent about it any more. */
  live: boolean
  controller: AbortController | undefined
}

const listen = 'subscriptions/listen'

function ended(requestId: Id) {
  return { method: 'notifications/cancelled', params: { requestId } }
}

function signalOf(run: Run): AbortSignal {
  run.controller = new AbortController()
  if (!run.live) run.controller.abort()
  return run.controller.signal
}
