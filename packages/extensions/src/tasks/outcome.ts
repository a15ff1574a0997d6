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
  // Who asks for it knows which task it is of, and `tasks/get` has a result type of its own.
  const { resultType: _, ...rest } = result
  return ended({ ...task, status: 'completed', result: rest })
}

/** The task after a run that threw: to be run again after so many milliseconds, or failed. */
export function afterError(
  task: TaskRecord,
  reason: unknown,
  onError: OnError,
): { readonly task: TaskRecord; readonly againAfterMs?: number } {
  const { failures, policy } = task
  if (reason instanceof RetryError && failures < policy.retries) {
    const againAfterMs = reason.afterMs ?? policy.backoffMs * 2 ** failures
    return { task: { ...task, failures: failures + 1, begun: 0 }, againAfterMs }
  }
  const cause = reason instanceof RetryError ? (reason.cause ?? reason) : reason
  return { task: failed(task, toRpcError(cause, task.call.method, onError)) }
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
