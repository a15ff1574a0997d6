/** What the owner of tasks may do with them from outside of any call: a webhook, a worker, a job engine. */
import { ErrorCode, type Result, RpcError } from '@lutra/core'
import { cancel } from './methods.ts'
import { afterResult, failed } from './outcome.ts'
import { type TaskRecord, toDetailedTask } from './record.ts'
import type { TaskStore } from './task-store.ts'
import type { DetailedTask } from './words.ts'

export interface OwnerWords {
  /** A task as its caller sees it; undefined where there is none. */
  get(id: string): Promise<DetailedTask | undefined>
  /** Ends a task with the result of its tool, such as `{ content: [{ type: 'text', text }] }`. Says whether it had not ended before. */
  complete(id: string, result: Omit<Result, 'resultType'>): Promise<boolean>
  /** Ends a task with an error. Says whether it had not ended before. */
  fail(id: string, error: { readonly message: string; readonly code?: number }): Promise<boolean>
  /** Tells how far a task is. */
  progress(id: string, message: string): Promise<void>
  /** Asks a task to end, as its caller may. */
  cancel(id: string): Promise<void>
}

export function createOwnerWords(tasks: TaskStore): OwnerWords {
  async function end(id: string, change: (task: TaskRecord) => TaskRecord): Promise<boolean> {
    let ended: TaskRecord | undefined
    const after = await tasks.change(id, (task) => {
      ended = change(task)
      return ended
    })
    // What somebody else wrote a moment earlier is another object.
    if (!after || !ended || after.result !== ended.result || after.error !== ended.error)
      return false
    await clearAway(after, tasks)
    return true
  }

  return {
    async get(id) {
      const task = await tasks.get(id)
      return task && toDetailedTask(task)
    },
    complete: (id, result) =>
      end(id, (task) => afterResult(task, { ...result, resultType: 'complete' })),
    fail: (id, { message, code = ErrorCode.internal }) =>
      end(id, (task) => failed(task, new RpcError(message, { code }))),
    async progress(id, statusMessage) {
      await tasks.change(id, (task) => ({ ...task, statusMessage }))
    },
    cancel: (id) => cancel(tasks, id),
  }
}

/** Removes what a task that was ended from outside leaves behind. */
export async function clearAway(task: TaskRecord, tasks: TaskStore): Promise<void> {
  await tasks.steps.forget(task.id)
  const place = await tasks.waits.find(task)
  if (place) await tasks.waits.remove(task, place.version)
}
