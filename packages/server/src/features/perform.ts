import {
  type Call,
  type Deferred,
  deferred,
  ErrorCode,
  type InputRequiredResult,
  isInputRequired,
  isObject,
  missingCapability,
  RpcError,
} from '@lutra/core'
import { type Asking, runAsking } from '../ask/asking.ts'
import { lackingFor } from '../ask/capability.ts'
import { ToolError } from '../content.ts'
import { type CallState, type Context, createContext, sealing } from '../context.ts'
import type { Environment } from '../environment.ts'
import { through, type Use, type UsedFeature } from '../use.ts'

/** What is to be done for a call, and behind which middleware. */
export interface Job {
  readonly feature: UsedFeature
  readonly uses: readonly Use[]
  readonly run: (ctx: Context<object>) => unknown
}

/** Runs a user's handler with its context; gives what it gave, or the questions that it ended with. */
export function perform(call: Call, job: Job, env: Environment): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let asking: Asking | undefined
    let body: Deferred<unknown> | undefined
    // Asking is begun by the first word of it that is used: most calls never pay for it.
    const begin = (): Asking => {
      if (asking) return asking
      const own = deferred<unknown>()
      body = own
      const outcome = runAsking(call, sealing(env), (words, recorded) => {
        asking = words
        state.recorded = recorded
        return own.promise
      })
      outcome.then(resolve, reject).finally(() => (state.open = false))
      return begin()
    }
    const state: CallState = { call, env, feature: job.feature, begin, open: true }
    execute(job, createContext(call, state), call).then(
      (value) => {
        if (body) return body.resolve(value)
        state.open = false
        resolve(value)
      },
      (error) => {
        if (body) return body.reject(error)
        state.open = false
        reject(error)
      },
    )
  })
}

async function execute(job: Job, ctx: Context<object>, call: Call): Promise<unknown> {
  const { feature, run, uses } = job
  const value = await (uses.length === 0
    ? run(ctx)
    : through(uses, { ctx, feature }, () => run(ctx)))
  if (isObject(value) && isInputRequired(value)) verifyAllowed(value, call)
  return value
}

// A handler that asks by hand may only ask for what this call declared.
function verifyAllowed({ inputRequests = {} }: InputRequiredResult, call: Call): void {
  for (const request of Object.values(inputRequests)) {
    const lacking = lackingFor(request, call.meta.clientCapabilities)
    if (lacking) throw missingCapability(lacking)
  }
}

/** Lets the message of a `ToolError` reach the peer of a method that has no other form for failures. */
export function withMessage(reason: unknown): never {
  if (!(reason instanceof ToolError)) throw reason
  throw new RpcError(reason.message, { code: ErrorCode.internal, cause: reason })
}
