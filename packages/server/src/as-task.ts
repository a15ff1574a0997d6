/** Tools whose calls go on as tasks. See the extension io.modelcontextprotocol/tasks */
import {
  type Call,
  isHandedOver,
  isObject,
  missingCapability,
  RetryError,
  type TaskPolicy,
  type TaskSupport,
} from '@lutra/core'
import { type Context, recordedOf } from './context.ts'
import type { MaybePromise } from './definition.ts'

/** Whether a call becomes a task. */
export type When<A, V> = true | 'required' | ((args: A, ctx: Context<V>) => MaybePromise<boolean>)

/** How the calls of a tool go on as tasks. */
export type AsTask<A, V> = When<A, V> | TaskSettings<A, V>

export interface TaskSettings<A, V> extends TaskPolicy {
  /** Default: `true`. */
  readonly when?: When<A, V>
  /** Whether a task is run again after this error. Default: none is, but after a {@link RetryError}. */
  readonly retryable?: (error: unknown) => boolean
}

/** Whether a tool makes tasks, from what it says of them. */
export function supportOf(task: AsTask<never, never>): TaskSupport {
  const when = typeof task === 'object' ? task.when : task
  return when === 'required' ? when : 'optional'
}

/** The id of the extension. */
const tasksId = 'io.modelcontextprotocol/tasks'

/** A tool's handling of calls as tasks, without the types of its arguments. */
export interface Deferring {
  /** Refuses a call that can only be served as a task, and whose caller takes none. */
  admit(call: Call): void
  /** Goes on as a task, or with `run`. */
  run(
    call: Call,
    about: { readonly args: unknown; readonly ctx: Context<object> },
    run: () => unknown,
  ): unknown
}

/** Reads what a tool says of tasks; undefined where it says nothing, so that its calls pay nothing. */
export function deferringOf(
  task: AsTask<never, never> | undefined,
  scopes: readonly string[],
): Deferring | undefined {
  if (task === undefined) return undefined
  const settings: TaskSettings<never, never> = typeof task === 'object' ? task : { when: task }
  const { when = true, retryable, ...policy } = settings
  const decide = when as When<unknown, object>
  return {
    admit({ defer, journal }) {
      defer?.guardedBy?.(scopes)
      if (when !== 'required' || defer || journal) return
      throw missingCapability({ extensions: { [tasksId]: {} } })
    },
    async run({ defer, journal }, { args, ctx }, run) {
      if (defer && (typeof decide !== 'function' || (await decide(args, ctx)))) {
        return defer(await recordedOf(ctx), { ...policy, scopes })
      }
      try {
        const value = await run()
        if (journal || !isObject(value) || !isHandedOver(value)) return value
        throw new TypeError('Only a call that runs as a task can be handed over')
      } catch (error) {
        if (!journal || error instanceof RetryError || !retryable?.(error)) throw error
        throw new RetryError('A task failed for a passing reason', { cause: error })
      }
    },
  }
}

/** Whether a result hands out a task in place of what was asked for. */
export function isDeferred(value: { readonly resultType?: unknown }): boolean {
  return value.resultType === 'task' || isHandedOver(value)
}
