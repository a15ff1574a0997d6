/** Runs the tasks that wait, one process among others. */
import {
  type Handler,
  isHandedOver,
  type Journal,
  type Notification,
  type OnError,
  type Params,
  withSignal,
} from '@lutra/core'
import type { Place } from './keys.ts'
import { afterError, afterResult, cancelled, gaveUp } from './outcome.ts'
import { createQueue, type Limits } from './queue.ts'
import type { TaskRecord } from './record.ts'
import { createStatus } from './status.ts'
import type { TaskStore } from './task-store.ts'
import type { Waiting } from './wait-list.ts'
import { isEnded } from './words.ts'

export interface Runner {
  start(): void
  /** Lets what runs go on for a while, then gives it back for others to go on with. */
  stop(graceMs: number): Promise<void>
  readonly running: number
}

export interface RunnerOptions {
  readonly tasks: TaskStore
  readonly limits: Limits
  /** The server behind the extension. */
  readonly handler: () => Handler
  readonly onError: OnError
  readonly scanMs: number
  readonly now: () => number
}

export function createRunner(options: RunnerOptions): Runner {
  const { tasks, limits, scanMs, now } = options
  const ending = new AbortController()
  const queue = createQueue({ limits, now, run: (waiting) => run(waiting, options, ending.signal) })
  let timer: ReturnType<typeof setTimeout> | undefined
  let unsubscribe: (() => void) | undefined

  const report = (error: unknown) => {
    options.onError(error, { id: crypto.randomUUID(), method: 'tasks' })
  }

  /** Finds what nobody runs: tasks of processes that are gone, and those whose message was lost. */
  async function scan(): Promise<void> {
    try {
      for await (const waiting of tasks.waits.unclaimed()) queue.add(waiting)
      queue.pump()
    } catch (error) {
      report(error)
    }
    if (!ending.signal.aborted) timer = setTimeout(scan, scanMs * (0.75 + Math.random() / 2))
  }

  return {
    start() {
      unsubscribe ??= tasks.waits.onAdded((waiting) => {
        queue.add(waiting)
        queue.pump()
      })
      timer ??= setTimeout(scan, 0)
    },
    async stop(graceMs) {
      unsubscribe?.()
      clearTimeout(timer)
      const late = setTimeout(() => ending.abort(new Error('This process ends')), graceMs)
      await queue.drain()
      clearTimeout(late)
      ending.abort()
      clearTimeout(timer)
    },
    get running() {
      return queue.running
    },
  }
}

/** Takes a task if nobody else has it, runs it, and writes down what came of it. Never rejects. */
async function run(waiting: Waiting, options: RunnerOptions, ending: AbortSignal): Promise<void> {
  const { tasks, onError } = options
  const { id } = waiting
  try {
    const lease = await tasks.lease(id)
    if (!lease) return
    try {
      const place = await tasks.waits.versionOf(waiting)
      if (place === undefined) return
      const task = await begin(waiting, options)
      // One that was put on the list a moment before its last answer is written stays there.
      if (task?.status === 'input_required') return
      if (task?.status !== 'working') return await end(waiting, place, tasks)
      await goOn(task, { ...options, place, signal: AbortSignal.any([lease.lost, ending]) })
    } finally {
      await lease.release()
    }
  } catch (error) {
    onError(error, { id: crypto.randomUUID(), method: 'tasks' })
  }
}

/** Removes what a task that has ended, or is gone, leaves behind. */
async function end(task: Place, place: string, tasks: TaskStore): Promise<void> {
  await tasks.steps.forget(task.id)
  await tasks.waits.remove(task, place)
}

/** The task as it is now. Counts the runs that never came to an end: one that ends its process each time must not do so for ever. */
function begin({ id }: Waiting, { tasks }: RunnerOptions): Promise<TaskRecord | undefined> {
  return tasks.change(id, (held) => {
    if (held.status !== 'working') return undefined
    if (held.cancelled) return cancelled(held)
    if (held.begun >= mostBegun) {
      return gaveUp(held, `This task was begun ${mostBegun} times and never came to an end`)
    }
    return { ...held, begun: held.begun + 1 }
  })
}

const mostBegun = 10

interface Going extends RunnerOptions {
  readonly place: string
  /** Aborts when this process has to let go of the task. */
  readonly signal: AbortSignal
}

async function goOn(task: TaskRecord, going: Going): Promise<void> {
  const { tasks, signal, onError } = going
  const control = new AbortController()
  const abort = () => control.abort(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  const stopWatching = watchCancel(task.id, tasks, control)
  const timeout =
    task.policy.timeoutMs > 0
      ? setTimeout(() => control.abort(tooLong(task)), task.policy.timeoutMs)
      : undefined
  const status = createStatus(task, tasks, onError)
  let next: (held: TaskRecord) => TaskRecord
  let againAfterMs: number | undefined
  try {
    const call = await callOf(task, tasks, { signal: control.signal, notify: status.hear })
    const result = await raced(going.handler()(call), control.signal)
    if (isHandedOver(result)) return await tasks.waits.remove(task, going.place)
    next = (held) => afterResult(held, result)
  } catch (error) {
    // Somebody else goes on with it.
    if (signal.aborted) return
    const ended = afterError(task, error, onError)
    againAfterMs = ended.againAfterMs
    next = (held) => (held.cancelled ? cancelled(held) : afterError(held, error, () => {}).task)
  } finally {
    clearTimeout(timeout)
    stopWatching()
    signal.removeEventListener('abort', abort)
    await status.end()
  }
  if (signal.aborted) return
  const after = await tasks.change(task.id, next)
  if (after?.status === 'working') await tasks.waits.add(after, againAfterMs ?? 0)
  else if (after?.status === 'input_required') await tasks.waits.remove(task, going.place)
  else await end(task, going.place, tasks)
}

/** Work that does not look at its signal must not hold up the end of a task. */
async function raced<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => {})
  const { promise, reject } = withRejection()
  const abort = () => reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function withRejection() {
  let reject: (reason: unknown) => void = () => {}
  const promise = new Promise<never>((_, fail) => {
    reject = fail
  })
  promise.catch(() => {})
  return { promise, reject }
}

function watchCancel(id: string, tasks: TaskStore, control: AbortController): () => void {
  const look = async () => {
    const held = await tasks.get(id).catch(() => undefined)
    if (!held || held.cancelled || isEnded(held.status))
      control.abort(new Error('The task was cancelled'))
  }
  return tasks.onChange(id, () => void look())
}

function tooLong({ policy }: TaskRecord): Error {
  return new Error(`The task took more than ${policy.timeoutMs} ms`)
}

/** The call again, with what came of it so far. Progress is told about the task, so that it has a token even where the caller gave none. */
async function callOf(
  task: TaskRecord,
  tasks: TaskStore,
  {
    signal,
    notify,
  }: { readonly signal: AbortSignal; readonly notify: (one: Notification) => void },
) {
  const { id, call, answers, requestState } = task
  const steps = await tasks.steps.of(id)
  const journal: Journal = {
    id,
    answers: new Map(answers),
    steps,
    record: async (key, value) => {
      signal.throwIfAborted()
      await tasks.steps.record(task, key, value)
    },
  }
  const params: Params =
    requestState === undefined
      ? call.params
      : { ...call.params, requestState, inputResponses: Object.fromEntries(answers) }
  const meta = { ...call.meta, progressToken: id }
  const { method, auth } = call
  return withSignal({ method, params, meta, auth, journal, notify }, () => signal)
}
