/** `tasks/cancel`. See /specification/2025-11-25/basic/utilities/tasks#cancelling-tasks */
import { type Call, invalidParams, type Result, type RpcError } from '@lutra/core'
import { findTask } from '../methods.ts'
import { cancelled } from '../outcome.ts'
import { clearAway } from '../owner.ts'
import type { TaskRecord } from '../record.ts'
import { isEnded, unknownTask } from '../words.ts'
import type { Earlier } from './earlier.ts'
import { statusOf, toLegacyTask } from './task-words.ts'

/** Ends a task at once; whoever runs it is told to stop. */
export async function cancelTask(call: Call, { tasks }: Earlier): Promise<Result> {
  const task = await findTask(call, tasks)
  if (isEnded(task.status)) throw isOver(task)
  const after = await tasks.change(task.id, cancelled)
  if (!after) throw unknownTask()
  // It may have come to its end a moment earlier.
  if (after.status !== 'cancelled') throw isOver(after)
  await clearAway(after, tasks)
  return { resultType: 'complete', ...toLegacyTask(after) }
}

function isOver(task: TaskRecord): RpcError {
  return invalidParams(`Cannot cancel the task: it is ${statusOf(task)} already`)
}
