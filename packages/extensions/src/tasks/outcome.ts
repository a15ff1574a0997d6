/** What a run of a task makes of it. */
import {
  ErrorCode,
  type InputRequests,
  isInputRequired,
  type OnError,
  type Result,
  RetryError,
  RpcError,
  toRpcError,
} from '@lutra/core'
import type { Question, TaskRecord } from './record.ts'

/** The task after a run that came to a result: its end, or the questions that it waits for. */
export function afterResult(task: TaskRecord, result: Result): TaskRecord {
  if (isInputRequired(result)) {
    const { requestState, inputRequests = {} } = result
    return park({ ...task, requestState }, inputRequests)
  }
  // With its own result type: that is what the call would have returned.
  return ended({ ...task, status: 'completed', result })
}

/** What becomes of a task, whatever was changed of it meanwhile. */
export interface Change {
  readonly of: (held: TaskRecord) => TaskRecord
  /** Milliseconds after which it is run again. */
  readonly againAfterMs?: number
}

/** What a run that threw makes of its task: to be run again, or failed. */
export function afterError(task: TaskRecord, reason: unknown, onError: OnError): Change {
  const { failures, policy } = task
  if (reason instanceof RetryError && failures < policy.retries) {
    const againAfterMs = reason.afterMs ?? policy.backoffMs * 2 ** failures
    const of = (held: TaskRecord) => ({ ...held, failures: held.failures + 1, begun: 0 })
    return { of: unlessCancelled(of), againAfterMs }
  }
  const cause = reason instanceof RetryError ? (reason.cause ?? reason) : reason
  const error = toRpcError(cause, task.call.method, onError)
  return { of: unlessCancelled((held) => failed(held, error)) }
}

function unlessCancelled(of: Change['of']): Change['of'] {
  return (held) => (held.cancelled ? cancelled(held) : of(held))
}

/** The task with an error for its end. */
export function failed(task: TaskRecord, error: RpcError): TaskRecord {
  const { code, message, data } = error
  const told = { code, message, ...(data !== undefined && { data }) }
  return ended({ ...task, status: 'failed', statusMessage: message, error: told })
}

export function cancelled(task: TaskRecord): TaskRecord {
  return ended({ ...task, status: 'cancelled', cancelled: true })
}

export function gaveUp(task: TaskRecord, why: string): TaskRecord {
  return failed(task, new RpcError(why, { code: ErrorCode.internal }))
}

// What is over needs neither questions nor what led to them.
function ended(task: TaskRecord): TaskRecord {
  return { ...task, open: [], answers: [], asked: [], requestState: undefined }
}

function park(task: TaskRecord, requests: InputRequests): TaskRecord {
  const asked = new Map(task.asked)
  const open = Object.entries(requests).map(([key, request]): Question => {
    const times = (asked.get(key) ?? 0) + 1
    asked.set(key, times)
    return { key, publicKey: times === 1 ? key : `${key}#${times}`, request }
  })
  // One that asks nothing wants to be run again at once: it carries a state by hand.
  const status = open.length === 0 ? 'working' : 'input_required'
  // An answer that is asked for again was no good.
  const answers = task.answers.filter(([key]) => !open.some((question) => question.key === key))
  return { ...task, status, open, answers, asked: [...asked], begun: 0 }
}
