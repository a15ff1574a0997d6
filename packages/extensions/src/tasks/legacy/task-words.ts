/** The words of tasks in revision 2025-11-25. See /specification/2025-11-25/basic/utilities/tasks */
import { invalidParams, isObject } from '@lutra/core'
import { type TaskRecord, toTask } from '../record.ts'
import type { TaskStatus } from '../words.ts'

/** A task as a caller of that revision sees it. */
export function toLegacyTask(record: TaskRecord): Readonly<Record<string, unknown>> {
  const { ttlMs, pollIntervalMs, statusMessage, ...task } = toTask(record)
  const failure = failureOf(record)
  const told = failure ?? statusMessage
  return {
    ...task,
    status: statusOf(record),
    ...(told !== undefined && { statusMessage: told }),
    ttl: ttlMs,
    ...(pollIntervalMs !== undefined && { pollInterval: pollIntervalMs }),
  }
}

/** A tool's own failure is a result for the model in the later revision, and a failed task in this one. */
export function statusOf(record: TaskRecord): TaskStatus {
  return failureOf(record) === undefined ? record.status : 'failed'
}

function failureOf({ status, result }: TaskRecord): string | undefined {
  if (status !== 'completed' || result?.['isError'] !== true) return undefined
  const content = Array.isArray(result['content']) ? result['content'] : []
  const texts = content.flatMap((block) => (isObject(block) ? (block['text'] ?? []) : []))
  return texts.length === 0 ? 'The tool has failed' : String(texts[0]).slice(0, longestMessage)
}

const longestMessage = 500

/** The `_meta` of whatever belongs to a task. */
export function relatedTo({ id }: TaskRecord): Readonly<Record<string, unknown>> {
  return { 'io.modelcontextprotocol/related-task': { taskId: id } }
}

/** For how long a caller wants its task kept; undefined where it does not say. Throws `RpcError` -32602. */
export function readTtl(task: unknown): number | undefined {
  if (!isObject(task)) throw invalidParams('Invalid params: expected "task" to be an object')
  const { ttl } = task
  // Without an end is as long as it may be.
  if (ttl === undefined || ttl === null) return undefined
  if (typeof ttl === 'number' && ttl >= 0)
    return Math.min(Math.max(Math.round(ttl), leastTtlMs), mostTtlMs)
  throw invalidParams('Invalid params: expected "task.ttl" to be a number of milliseconds')
}

// What is gone before anybody can ask for it is of no use.
const leastTtlMs = 1000
// What an engine can still add to the time of day: ten years.
const mostTtlMs = 315_360_000_000
