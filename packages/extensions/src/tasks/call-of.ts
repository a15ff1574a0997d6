import { type Call, type Journal, type Notification, type Params, withSignal } from '@lutra/core'
import type { TaskRecord } from './record.ts'
import type { TaskStore } from './task-store.ts'

/** What one run of a task is bound to. */
export interface Bound {
  readonly signal: AbortSignal
  readonly notify: (notification: Notification) => void
}

/** The call of a task again, with what came of it so far. */
export async function callOf(
  task: TaskRecord,
  tasks: TaskStore,
  { signal, notify }: Bound,
): Promise<Call> {
  const { id, call, answers } = task
  const journal: Journal = {
    id,
    answers: new Map(answers),
    steps: await tasks.steps.of(id),
    record: async (key, value) => {
      // Another process may have taken over.
      signal.throwIfAborted()
      await tasks.steps.record(task, key, value)
    },
  }
  // Progress is told about the task: there is a token even where the caller gave none.
  const meta = { ...call.meta, progressToken: id }
  const { method, auth } = call
  const params = paramsOf(task)
  return withSignal({ method, params, meta, auth, journal, notify }, () => signal)
}

/** With what a handler that asks by hand has put away for itself. */
function paramsOf({ call, answers, requestState }: TaskRecord): Params {
  if (requestState === undefined) return call.params
  return { ...call.params, requestState, inputResponses: Object.fromEntries(answers) }
}
