import {
  type Call,
  ErrorCode,
  type Journal,
  type Notification,
  type Params,
  RpcError,
  StoreError,
  withSignal,
} from '@lutra/core'
import { isUnavailable, isUnkeepable, persistently } from './persistently.ts'
import type { TaskRecord } from './record.ts'
import type { TaskStore } from './task-store.ts'

/** What one run of a task is bound to. */
export interface Bound {
  readonly signal: AbortSignal
  /** Throws where another process may have taken the task. */
  readonly assertHeld: () => void
  /** Ends the run for others to begin it again. */
  readonly giveUp: (reason: unknown) => void
  readonly steps: ReadonlyMap<string, unknown>
  readonly notify: (notification: Notification) => void
}

/** The call of a task again, with what came of it so far. */
export function callOf(task: TaskRecord, tasks: TaskStore, bound: Bound): Call {
  const { signal, notify, steps, assertHeld, giveUp } = bound
  const { id, call, answers } = task
  const assertCurrent = () => {
    signal.throwIfAborted()
    assertHeld()
  }
  const journal: Journal = {
    id,
    answers: new Map(answers),
    steps,
    assertCurrent,
    record: async (key, value) => {
      try {
        const counts = await persistently(() => {
          assertCurrent()
          return tasks.steps.record(task, key, value)
        }, signal)
        // The next run has it from the start; this one would never be able to record it.
        if (!counts) throw overtaken()
      } catch (error) {
        // Whatever the tool makes of this error: a run without its step comes to nothing.
        if (isUnavailable(error)) giveUp(error)
        if (!isUnkeepable(error)) throw error
        throw new RpcError(
          `The result of step "${key}" cannot be kept: ${error.message}. Keep it elsewhere, and return where`,
          { code: ErrorCode.internal, cause: error },
        )
      }
    },
  }
  // Progress is told about the task: there is a token even where the caller gave none.
  const meta = { ...call.meta, progressToken: id }
  const { method, auth } = call
  const params = paramsOf(task)
  return withSignal({ method, params, meta, auth, journal, notify }, () => signal)
}

function overtaken(): StoreError {
  return new StoreError('Another run of this task has recorded this step', { code: 'unavailable' })
}

/** With what a handler that asks by hand has put away for itself. */
function paramsOf({ call, answers, requestState }: TaskRecord): Params {
  if (requestState === undefined) return call.params
  return { ...call.params, requestState, inputResponses: Object.fromEntries(answers) }
}
