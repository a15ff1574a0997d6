/** One run of a task in this process, from its lease to what came of it. */
import {
  ErrorCode,
  type Handler,
  isHandedOver,
  type OnError,
  RpcError,
  StoreError,
} from '@lutra/core'
import { callOf } from './call-of.ts'
import type { Place } from './keys.ts'
import { afterError, afterResult, type Change, cancelled, gaveUp } from './outcome.ts'
import { raced } from './raced.ts'
import type { TaskRecord } from './record.ts'
import { createStatus } from './status.ts'
import type { TaskStore } from './task-store.ts'
import type { Waiting } from './wait-list.ts'
import { isEnded } from './words.ts'

export interface RunOptions {
  readonly tasks: TaskStore
  /** The server behind the extension. */
  readonly handler: () => Handler
  readonly onError: OnError
}

/** Takes a task if nobody else has it, runs it, and writes down what came of it. Never rejects. */
export async function runTask(
  waiting: Waiting,
  options: RunOptions,
  ending: AbortSignal,
): Promise<void> {
  const { tasks, onError } = options
  try {
    const lease = await tasks.lease(waiting.id)
    if (!lease) return
    try {
      await runLeased(waiting, options, AbortSignal.any([lease.lost, ending]))
    } finally {
      await lease.release()
    }
    // Whoever was told of it in the meantime has found it leased.
    if ((await tasks.waits.versionOf(waiting)) !== undefined) tasks.waits.announce(waiting)
  } catch (error) {
    // What was not written down is done again by whoever finds the task.
    onError(error, { id: crypto.randomUUID(), method: 'tasks' })
  }
}

async function runLeased(waiting: Waiting, options: RunOptions, signal: AbortSignal) {
  const { tasks } = options
  const place = await tasks.waits.versionOf(waiting)
  if (place === undefined) return
  const task = await begin(waiting, tasks)
  // One that was put on the list a moment before its last answer is written stays there.
  if (task?.status === 'input_required') return
  if (task?.status === 'working') await goOn(task, { ...options, place, signal })
  else await end(waiting, place, tasks)
}

/** Removes what a task that has ended, or is gone, leaves behind. */
async function end(task: Place, place: string, tasks: TaskStore): Promise<void> {
  await tasks.steps.forget(task.id)
  await tasks.waits.remove(task, place)
}

/** The task as it is now. Counts the runs that came to nothing: a task that ends its process each time must not do so for ever. */
async function begin({ id }: Waiting, tasks: TaskStore): Promise<TaskRecord | undefined> {
  const stepsDone = (await tasks.steps.of(id)).size
  return tasks.change(id, (held) => {
    if (held.status !== 'working') return undefined
    if (held.cancelled) return cancelled(held)
    const begun = stepsDone > held.stepsDone ? 1 : held.begun + 1
    if (begun <= mostBegun) return { ...held, begun, stepsDone }
    return gaveUp(held, `This task was begun ${mostBegun} times and came to nothing`)
  })
}

const mostBegun = 20

interface Going extends RunOptions {
  readonly place: string
  /** Aborts when this process has to let go of the task. */
  readonly signal: AbortSignal
}

async function goOn(task: TaskRecord, going: Going): Promise<void> {
  const { tasks, signal } = going
  const change = await comeTo(task, going)
  if (!change || signal.aborted) return
  const after = await write(task, change, tasks)
  if (after?.status === 'working') await tasks.waits.add(after, change.againAfterMs ?? 0)
  else if (after?.status === 'input_required') await tasks.waits.remove(task, going.place)
  else await end(task, going.place, tasks)
}

async function write({ id }: TaskRecord, change: Change, tasks: TaskStore) {
  try {
    return await tasks.change(id, change.of)
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'invalid') throw error
    const why = 'The result of this task is larger than what can be kept'
    return tasks.change(id, (held) => gaveUp(held, why))
  }
}

/** What a run makes of its task; undefined where somebody else ends it. */
async function comeTo(task: TaskRecord, going: Going): Promise<Change | undefined> {
  const { tasks, signal, onError } = going
  const control = new AbortController()
  const abort = () => control.abort(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  const stopWatching = watchEnd(task.id, tasks, control)
  const stopClock = limitTime(task, control)
  const status = createStatus(task, tasks, onError)
  try {
    const call = await callOf(task, tasks, { signal: control.signal, notify: status.hear })
    const result = await raced(going.handler()(call), control.signal)
    if (!isHandedOver(result)) return { of: (held) => afterResult(held, result) }
    await tasks.waits.remove(task, going.place)
    return undefined
  } catch (error) {
    // A store that is away is no fault of the task.
    if (error instanceof StoreError && error.code === 'unavailable') throw error
    return afterError(task, error, control.signal.aborted ? () => {} : onError)
  } finally {
    stopClock()
    stopWatching()
    signal.removeEventListener('abort', abort)
    await status.end()
  }
}

/** Aborts a run whose task was cancelled, or ended from outside, wherever that was done. */
function watchEnd(id: string, tasks: TaskStore, control: AbortController): () => void {
  const look = async () => {
    try {
      const held = await tasks.get(id)
      if (held && !held.cancelled && !isEnded(held.status)) return
      control.abort(new Error('The task was cancelled'))
    } catch {
      // Looked at again a little later.
    }
  }
  const stop = tasks.onChange(id, () => void look())
  // A message may be lost, or have come before anybody listened.
  Promise.resolve(stop.ready).then(look, () => {})
  const timer = setInterval(() => void look(), lookEveryMs)
  return () => {
    stop()
    clearInterval(timer)
  }
}

const lookEveryMs = 10_000

function limitTime({ policy }: TaskRecord, control: AbortController): () => void {
  const { timeoutMs } = policy
  if (timeoutMs <= 0) return () => {}
  const message = `The task took more than ${timeoutMs} ms`
  const late = () => control.abort(new RpcError(message, { code: ErrorCode.internal }))
  const timer = setTimeout(late, Math.min(timeoutMs, 2 ** 31 - 1))
  return () => clearTimeout(timer)
}
