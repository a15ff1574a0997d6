/** Calls that go on after their caller was answered, and are run again from their top by whoever takes them up. */
import type { Result } from './call.ts'

/** What earlier runs of a call have come to. */
export interface Recorded {
  /** Answers to its questions, as they came, by key. */
  readonly answers: ReadonlyMap<string, unknown>
  /** Results of its finished steps, by key. */
  readonly steps: ReadonlyMap<string, unknown>
}

/** Where a call finds what its earlier runs have come to, and where it puts what must not be done again. */
export interface Journal extends Recorded {
  /** The id of the task. */
  readonly id: string
  /** Throws where this run was cancelled, or overtaken by another: it must begin nothing more. */
  assertCurrent(): void
  /** Resolves once the result of a step outlives the process. */
  record(key: string, value: unknown): Promise<void>
}

/** What a definition says of how it goes on as a task. */
export interface TaskPolicy {
  /** Milliseconds that a task is kept from when it was made; `null`: for ever. Default: a day. */
  readonly ttlMs?: number | null
  /** Milliseconds that one run may take. Default: no limit. */
  readonly timeoutMs?: number
  /** How often it is run again after an error that is worth it. Default: 3. */
  readonly retries?: number
  /** Milliseconds before the first of these runs, doubled each time. Default: 1,000. */
  readonly backoffMs?: number
  /** How many tasks of it run at once in one process. */
  readonly concurrency?: number
}

/** A policy, with what scopes stand before the definition. */
export interface GuardedPolicy extends TaskPolicy {
  /** Every scope that is needed for the call, and for all that its caller may learn of the task. */
  readonly scopes?: readonly string[]
}

/** Takes a call over: its caller gets a task in place of the result. */
export interface Defer {
  (recorded: Recorded, policy: GuardedPolicy): Promise<Result>
  /** The caller wants a task, and nothing from what can be none. */
  readonly demanded?: boolean
  /** Is told of the scopes that guard the call, once it was let in: it may need no task, and come to a result all the same. */
  readonly guardedBy?: (scopes: readonly string[]) => void
}

/** Whether the calls of a tool may, or have to, go on as tasks. */
export type TaskSupport = 'optional' | 'required'

/** On the description of a tool: whether it makes tasks. A symbol never travels; earlier revisions have a word for it. */
export const taskSupport: unique symbol = Symbol.for('lutra.taskSupport') as never

/** The result of a run whose task is ended by somebody else: with `complete` or `fail` of the tasks. */
export const handedOver: Result = /* @__PURE__ */ Object.freeze({ resultType: 'handed_over' })

export function isHandedOver(value: { readonly resultType?: unknown }): boolean {
  return value.resultType === handedOver.resultType
}

/** An error after which a task is run again. */
export class RetryError extends Error {
  override readonly name = 'RetryError'
  /** Milliseconds to wait. Default: what the policy says. */
  readonly afterMs?: number

  constructor(message: string, options: { cause?: unknown; afterMs?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    if (options.afterMs !== undefined) this.afterMs = options.afterMs
  }
}
