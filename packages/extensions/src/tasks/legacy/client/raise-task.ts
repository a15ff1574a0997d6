/** Tasks as a server of 2025-11-25 tells of them. See /specification/2025-11-25/basic/utilities/tasks#data-types */
import { isObject } from '@lutra/core'
import { readTask } from '../../read-task.ts'
import type { DetailedTask } from '../../words.ts'

/** Reads a task, which is in a field of what a call has become and stands by itself elsewhere; throws `TaskError` where it is none. */
export function raiseTask(told: unknown, asked?: string): DetailedTask {
  const { taskId, status, statusMessage, createdAt, lastUpdatedAt, ttl, pollInterval } = isObject(
    told,
  )
    ? told
    : {}
  const now = new Date().toISOString()
  const task = {
    resultType: 'complete',
    taskId,
    status,
    createdAt: isDate(createdAt) ? createdAt : now,
    lastUpdatedAt: isDate(lastUpdatedAt) ? lastUpdatedAt : now,
    ttlMs: isMs(ttl) ? ttl : null,
    ...(typeof statusMessage === 'string' && { statusMessage: statusMessage.slice(0, mostText) }),
    ...(isMs(pollInterval) && { pollIntervalMs: pollInterval }),
  }
  const { resultType: _, ...raised } = readTask(task, asked) as DetailedTask & typeof task
  return raised
}

function isMs(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value)
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 64
}

const mostText = 10_000
