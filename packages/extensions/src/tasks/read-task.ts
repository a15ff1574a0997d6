/** Tasks as they come from a server: checked before anything is done with them. */
import { isObject, type Result } from '@lutra/core'
import { TaskError } from './task-error.ts'
import type { DetailedTask, TaskStatus } from './words.ts'

/** Reads a task; throws `TaskError` where it is none, or another than the one that was asked for. */
export function readTask(result: Result, asked?: string): DetailedTask {
  const { taskId, status, statusMessage, pollIntervalMs, inputRequests, error } = result
  if (typeof taskId !== 'string' || taskId === '' || taskId.length > 1024) {
    throw malformed('expected "taskId" to be a string of up to 1,024 characters')
  }
  if (asked !== undefined && taskId !== asked) {
    throw malformed('expected "taskId" to be that of the task that was asked for')
  }
  if (!isStatus(status)) throw malformed('expected "status" to be one of a task')
  if (statusMessage !== undefined && typeof statusMessage !== 'string') {
    throw malformed('expected "statusMessage" to be a string')
  }
  if (
    pollIntervalMs !== undefined &&
    !(typeof pollIntervalMs === 'number' && pollIntervalMs >= 0)
  ) {
    throw malformed('expected "pollIntervalMs" to be a number of milliseconds')
  }
  if (inputRequests !== undefined && !isObject(inputRequests)) {
    throw malformed('expected "inputRequests" to be an object')
  }
  if (error !== undefined && !isError(error)) {
    throw malformed('expected "error" to have a code and a message')
  }
  if (result['result'] !== undefined && !isObject(result['result'])) {
    throw malformed('expected "result" to be an object')
  }
  return result as unknown as DetailedTask
}

/** Milliseconds until the next look at a task: what its server asks for, within reason. */
export function pollOf({ pollIntervalMs = 1000 }: DetailedTask): number {
  return Math.min(Math.max(pollIntervalMs, leastPollMs), mostPollMs)
}

const leastPollMs = 100
const mostPollMs = 300_000

function isError(value: unknown): boolean {
  return (
    isObject(value) && typeof value['code'] === 'number' && typeof value['message'] === 'string'
  )
}

function isStatus(value: unknown): value is TaskStatus {
  return typeof value === 'string' && statuses.has(value)
}

const statuses: ReadonlySet<string> = new Set([
  'working',
  'input_required',
  'completed',
  'failed',
  'cancelled',
])

function malformed(what: string): TaskError {
  return new TaskError(`The server sent a malformed task: ${what}`, { code: 'malformed' })
}
