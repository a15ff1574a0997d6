/** Tasks as they come from a server: checked before anything is done with them. */
import { isObject, type Result } from '@lutra/core'
import { TaskError } from './task-error.ts'
import type { DetailedTask, TaskStatus } from './words.ts'

/** Reads a task; throws `TaskError` where it is none, or another than the one that was asked for. */
export function readTask(result: Result, asked?: string): DetailedTask {
  const { taskId } = result
  if (typeof taskId !== 'string' || taskId === '' || taskId.length > 1024) {
    throw malformed('expected "taskId" to be a string of up to 1,024 characters')
  }
  if (asked !== undefined && taskId !== asked) {
    throw malformed('expected "taskId" to be that of the task that was asked for')
  }
  for (const [field, fits, expected] of fields) {
    if (!fits(result[field])) throw malformed(`expected "${field}" to be ${expected}`)
  }
  return result as unknown as DetailedTask
}

/** Milliseconds until the next look at a task: what its server asks for, within reason. */
export function pollOf({ pollIntervalMs = 1000 }: DetailedTask): number {
  return Math.min(Math.max(pollIntervalMs, leastPollMs), mostPollMs)
}

const leastPollMs = 100
const mostPollMs = 300_000

/** What a field of a task must be. */
type Field = readonly [name: string, fits: (value: unknown) => boolean, expected: string]

const fields: readonly Field[] = [
  ['status', isStatus, 'one of a task'],
  ['statusMessage', orAbsent(isString), 'a string'],
  ['createdAt', isString, 'a string'],
  ['lastUpdatedAt', isString, 'a string'],
  ['ttlMs', (value) => value === null || typeof value === 'number', 'a number or null'],
  ['pollIntervalMs', orAbsent(isMs), 'a number of milliseconds'],
  ['inputRequests', orAbsent(isQuestions), 'an object of questions'],
  ['result', orAbsent(isObject), 'an object'],
  ['error', orAbsent(isError), 'a code and a message'],
]

function orAbsent(fits: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || fits(value)
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

function isMs(value: unknown): boolean {
  return typeof value === 'number' && value >= 0
}

function isQuestions(value: unknown): boolean {
  return isObject(value) && Object.values(value).every(isQuestion)
}

function isQuestion(value: unknown): boolean {
  return isObject(value) && isString(value['method']) && orAbsent(isObject)(value['params'])
}

function isError(value: unknown): boolean {
  return isObject(value) && typeof value['code'] === 'number' && isString(value['message'])
}

function isStatus(value: unknown): boolean {
  return isString(value) && statuses.has(value)
}

const statuses: ReadonlySet<string> = new Set<TaskStatus>([
  'working',
  'input_required',
  'completed',
  'failed',
  'cancelled',
])

function malformed(what: string): TaskError {
  return new TaskError(`The server sent a malformed task: ${what}`, { code: 'malformed' })
}
