/** What every legacy wire does with a request once its session is known. */
import {
  type Auth,
  type Call,
  type Handler,
  type Meta,
  methodNotFound,
  type Notification,
  type NotificationMessage,
  notification,
  type RequestMessage,
  type Result,
  withSignal,
} from '@lutra/core'
import { isModernOnly, lowerNotification, type Revision } from '@lutra/core/legacy'
import type { Cancellation } from './cancellation.ts'
import type { SessionLimits } from './limits.ts'
import { ownMethods, type SessionMemory } from './own-methods.ts'
import { type Asker, runCall } from './run-call.ts'
import { callMeta } from './session-meta.ts'

/** The session of a request, and its ways back to the client. */
export interface CallContext {
  readonly revision: Revision
  readonly meta: Meta
  readonly memory: () => SessionMemory
  readonly limits: SessionLimits
  readonly cancellation: Cancellation
  readonly auth: Auth | undefined
  readonly header: Call['header']
  readonly notify: (message: NotificationMessage) => void
  readonly ask: Asker['ask']
  readonly checkpoint?: Asker['checkpoint']
}

/** The modern result of a legacy request. */
export async function answerCall(
  handler: Handler,
  { id, method, params = {} }: RequestMessage,
  context: CallContext,
): Promise<Result> {
  const own = ownMethods.get(method)
  if (own) {
    await own(context.memory(), params)
    return done
  }
  const { cancellation, revision, limits } = context
  if (isModernOnly(method, revision)) throw methodNotFound(method)
  let open = true
  const request = {
    id,
    method,
    params,
    meta: callMeta(context.meta, params),
    auth: context.auth,
    header: context.header,
    notify(told: Notification) {
      const lowered = open && !cancellation.isCancelled() ? lowerNotification(told) : undefined
      if (lowered) context.notify(notification(lowered))
    },
  }
  try {
    return await runCall(handler, withSignal(request, cancellation.signal), {
      revision,
      maxRounds: limits.maxRounds,
      maxWaitMs: limits.questionTimeoutMs,
      ask: context.ask,
      checkpoint: context.checkpoint,
    })
  } finally {
    open = false
  }
}

const done: Result = { resultType: 'complete' }
