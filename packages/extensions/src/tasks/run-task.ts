/** One run of a task in this process, from its lease to what came of it. */
import { ErrorCode, type Handler, isHandedOver, type OnError, RpcError } from '@lutra/core'
import { followAbort, raceAbort } from '@lutra/core/wait'
import { callOf } from './call-of.ts'
import type { Place } from './keys.ts'
import type { Lease } from './lease.ts'
import { afterError, afterResult, type Change, cancelled, gaveUp } from './outcome.ts'
import { isUnavailable, isUnkeepable, persistently } from './persistently.ts'
import { mostSkewMs, outlived, type TaskRecord } from './record.ts'
import { createStatus } from './status.ts'
import type { TaskStore } from './task-store.ts'
import { isUnreadable } from './unreadable.ts'
import type { Waiting } from './wait-list.ts'
import { isEnded } from './words.ts'

export interface RunOptions {
  readonly tasks: TaskStore
  /** The server behind the extension. */
  readonly handler: () => Handler
  readonly onError: OnError
  /** Milliseconds since 1970. */
  readonly now: () => number
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
    let isWaiting = false
    try {
      isWaiting = await runLeased(waiting, options, { lease, ending })
    } finally {
      await lease.release()
    }
    if (isWaiting) return
    // Whoever was told of it in the meantime has found it leased.
    const listed = await tasks.waits.find(waiting)
    if (listed) tasks.waits.announce(listed.waiting)
  } catch (error) {
    if (isUnreadable(error)) return tasks.unreadable.tell(waiting.id, error)
    // What was not written down is done again by whoever finds the task.
    onError(error, { id: crypto.randomUUID(), method: 'tasks' })
  }
}

interface Holding {
  readonly lease: Lease
  readonly ending: AbortSignal
}

/** Says whether the task turned out to wait: for answers, or to be written. */
async function runLeased(
  waiting: Waiting,
  options: RunOptions,
  { lease, ending }: Holding,
): Promise<boolean> {
  const { tasks, now } = options
  const listed = await tasks.waits.find(waiting)
  if (!listed) return false
  const place = listed.version
  const steps = await tasks.steps.of(waiting.id)
  const task = await begin(waiting, steps.size, options)
  // One that was put on the list a moment before its last answer is written stays there; who writes that says so.
  if (task?.status === 'input_required') return true
  // One that is made is put on the list while it is written, and told of after that. Where it never comes, its process has died.
  if (!task && now() - waiting.createdAt <= mostSkewMs) return true
  const signal = AbortSignal.any([lease.lost, ending])
  if (task?.status === 'working') await goOn(task, { ...options, place, signal, lease, steps })
  else await end(waiting, place, tasks)
  return false
}

/** Removes what a task that has ended, or is gone, leaves behind. */
async function end(task: Place, place: string, tasks: TaskStore): Promise<void> {
  await tasks.steps.forget(task.id)
  await tasks.waits.remove(task, place)
}

/** The task as it is now. Counts the runs that came to nothing: a task that ends its process each time must not do so for ever. */
async function begin(
  { id }: Waiting,
  stepsDone: number,
  { tasks, now }: RunOptions,
): Promise<TaskRecord | undefined> {
  return tasks.change(id, (held) => {
    if (held.status !== 'working') return undefined
    if (held.cancelled) return cancelled(held)
    if (outlived(held, now())) return gaveUp(held, 'This task has outlived its time to live')
    const begun = stepsDone > held.stepsDone ? 1 : held.begun + 1
    if (begun <= mostBegun) return { ...held, begun, stepsDone, run: held.run + 1 }
    return gaveUp(held, `This task was begun ${mostBegun} times and came to nothing`)
  })
}

const mostBegun = 20

interface Going extends RunOptions {
  readonly place: string
  /** Aborts when this process has to let go of the task. */
  readonly signal: AbortSignal
  readonly lease: Lease
  /** What earlier runs have recorded. */
  readonly steps: ReadonlyMap<string, unknown>
}

async function goOn(task: TaskRecord, going: Going): Promise<void> {
  const { tasks, signal } = going
  const change = await comeTo(task, going)
  if (!change || signal.aborted) return
  const after = await persistently(() => write(task, change, going), signal)
  if (after?.status === 'working') await tasks.waits.add(after, change.againAfterMs ?? 0)
  else if (after?.status === 'input_required') await tasks.waits.remove(task, going.place)
  else await end(task, going.place, tasks)
}

/** Writes once, however often it is tried: a run that was overtaken changes nothing. */
async function write({ id, run, call }: TaskRecord, change: Change, { tasks, onError }: Going) {
  const once = (of: Change['of']) => (held: TaskRecord) =>
    held.run === run ? { ...of(held), run: run + 1 } : undefined
  try {
    return await tasks.change(id, once(change.of))
  } catch (error) {
    if (!isUnkeepable(error)) throw error
    const why =
      'What this task came to, its result or its questions, is larger than what can be kept'
    onError(new TypeError(`${why}: ${error.message}`, { cause: error }), {
      id,
      method: call.method,
    })
    return tasks.change(
      id,
      once((held) => gaveUp(held, why)),
    )
  }
}

/** What a run makes of its task; undefined where somebody else ends it. */
async function comeTo(task: TaskRecord, going: Going): Promise<Change | undefined> {
  const { tasks, signal, lease, steps, onError } = going
  const control = new AbortController()
  const letGo = followAbort(signal, control)
  const stopWatching = watchEnd(task.id, tasks, control)
  const stopClock = limitTime(task, control)
  const status = createStatus(task, tasks, onError)
  try {
    const call = callOf(task, tasks, {
      signal: control.signal,
      notify: status.hear,
      steps,
      assertHeld: lease.assertHeld,
      giveUp: (reason) => control.abort(reason),
    })
    const result = await raceAbort(going.handler()(call), control.signal)
    if (!isHandedOver(result)) return { of: (held) => afterResult(held, result) }
    await tasks.waits.remove(task, going.place)
    return undefined
  } catch (error) {
    // A store that is away is no fault of the task.
    if (isUnavailable(error)) throw error
    return afterError(task, error, control.signal.aborted ? () => {} : onError)
  } finally {
    stopClock()
    stopWatching()
    letGo()
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
