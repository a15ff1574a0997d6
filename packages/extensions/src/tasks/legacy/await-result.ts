/** `tasks/result`: waits for the end of a task, and has its questions answered. See /specification/2025-11-25/basic/utilities/tasks#retrieving-task-results */
import {
  type Call,
  ErrorCode,
  inputRequired,
  isObject,
  onAbort,
  type Result,
  RpcError,
} from '@lutra/core'
import { answer, findTask } from '../methods.ts'
import { persistently } from '../persistently.ts'
import type { TaskRecord } from '../record.ts'
import type { TaskStore } from '../task-store.ts'
import { isEnded } from '../words.ts'
import type { Earlier } from './earlier.ts'
import { relatedTo, toLegacyTask } from './task-words.ts'

/** What the call of the task comes to; or its open questions, whose answers come with the same call again. */
export async function awaitResult(call: Call, { tasks, ending }: Earlier): Promise<Result> {
  const { id } = await findTask(call, tasks)
  const { inputResponses } = call.params
  if (isObject(inputResponses)) await answer(tasks, id, new Map(Object.entries(inputResponses)))
  const news = hear(id, tasks)
  const over = new AbortController()
  const end = () => {
    over.abort()
    news.wake()
  }
  onAbort(call, end)
  const release = ending.onEnd(end)
  try {
    let told: number | undefined
    for (;;) {
      // What was waited for so long is worth a wait for the store too.
      const task = await persistently(() => findTask(call, tasks), over.signal)
      if (isEnded(task.status)) return endOf(task)
      if (task.status === 'input_required') return askFor(task)
      call.signal.throwIfAborted()
      if (ending.isOver) throw closing()
      // The first of these opens a stream where there is none yet: one that is kept open, and can be taken up again.
      if (told !== task.updatedAt) {
        call.notify({ method: 'notifications/tasks/status', params: toLegacyTask(task) })
      }
      told = task.updatedAt
      await news.next()
    }
  } finally {
    release()
    news.end()
  }
}

/** Resolves at each change of a task, and from time to time: messages may be lost. */
function hear(id: string, tasks: TaskStore) {
  let isNews = false
  let resolve = () => {}
  const wake = () => {
    isNews = true
    resolve()
  }
  const stop = tasks.onChange(id, wake)
  stop.ready?.then(wake, wake)
  return {
    wake,
    async next(): Promise<void> {
      let timer: ReturnType<typeof setTimeout> | undefined
      if (!isNews) {
        await new Promise<void>((go) => {
          resolve = go
          timer = setTimeout(go, lookEveryMs)
        })
      }
      clearTimeout(timer)
      isNews = false
    },
    end: () => stop(),
  }
}

const lookEveryMs = 5000

function askFor(task: TaskRecord): Result {
  const inputRequests = Object.fromEntries(
    task.open.map(({ publicKey, request }) => {
      const _meta = { ...metaOf(request.params), ...relatedTo(task) }
      return [publicKey, { ...request, params: { ...request.params, _meta } }]
    }),
  )
  return inputRequired({ inputRequests })
}

/** Exactly what the call would have come to. */
function endOf(task: TaskRecord): Result {
  const { status, result, error } = task
  if (status === 'completed') {
    const _meta = { ...metaOf(result), ...relatedTo(task) }
    return { ...result, resultType: 'complete', _meta }
  }
  const { code, message, data } = error ?? {
    code: ErrorCode.internal,
    message: 'The task was cancelled',
  }
  throw new RpcError(message, data === undefined ? { code } : { code, data })
}

function metaOf(value: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> {
  return isObject(value?.['_meta']) ? value['_meta'] : {}
}

function closing(): RpcError {
  return new RpcError('This server is closing; the task goes on: ask for its result again', {
    code: ErrorCode.internal,
  })
}
