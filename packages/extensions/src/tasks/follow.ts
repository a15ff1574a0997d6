/** A client's part: calls that became tasks are followed to their end. See the extension io.modelcontextprotocol/tasks */
import {
  type Call,
  type Extension,
  type Handler,
  inputRequired,
  isObject,
  locals,
  type Middleware,
  type Params,
  type Result,
  RpcError,
  withCall,
} from '@lutra/core'
import { sleep } from '@lutra/core/wait'
import { about } from './about.ts'
import { askPatiently } from './ask-patiently.ts'
import { pollOf, readTask } from './read-task.ts'
import { sendOnce } from './send-once.ts'
import { TaskError } from './task-error.ts'
import { createWhenOver, type WhenOver } from './when-over.ts'
import { type DetailedTask, isEnded, tasksId } from './words.ts'

export interface FollowOptions {
  /** Told of each task that a call became: keep its id to find it again after a restart. */
  readonly onTask?: (task: DetailedTask, call: { readonly name: string }) => void
  /** Told of each fault after which a followed task is looked at again, for who wants to know why nothing is heard. */
  readonly onFault?: (error: unknown) => void
  /** Whether a call that is given up cancels its task (`cancel`) or lets it go on (`detach`). Default: `cancel`. */
  readonly onAbort?: 'cancel' | 'detach'
  /** Milliseconds between looks, whatever the server says. */
  readonly pollIntervalMs?: number
  /** Milliseconds for which servers of 2025-11-25 are asked to keep tasks. Later ones say so by themselves. */
  readonly ttlMs?: number
}

/** The extension of a client; `lower` is how tasks are spoken of to older servers. */
export function createFollowing(options: FollowOptions, lower: Middleware): Extension {
  return {
    id: tasksId,
    middleware: (next) => followCalls(lower(next), options),
  }
}

function followCalls(next: Handler, options: FollowOptions): Handler {
  const over = createWhenOver()
  return async (call) => {
    if (call.method !== 'tools/call') return checked(call, await next(call))
    const id = idOf(call.params['requestState'])
    if (id !== undefined) {
      const isOwn = over.clear(call)
      return goOn(call, id, { next, options, over: isOwn ? over : undefined })
    }
    const result = await next(call)
    if (result.resultType !== 'task') return result
    const task = readTask(result)
    options.onTask?.(task, { name: String(call.params['name']) })
    return isByHand(call) ? result : follow(call, task, { next, options, over })
  }
}

/** Set on the params of a call whose caller wants the task itself. A symbol never travels. */
export const byHand: unique symbol = Symbol('lutra.byHand')

/** Whether who makes a call wants the task itself. */
export function isByHand({
  params,
}: {
  readonly params: Params & { [byHand]?: unknown }
}): boolean {
  return params[byHand] === true
}

/** What stands for a task where a call comes again with answers. */
export function stateOf(id: string): string {
  return `${statePrefix}${id}`
}

const statePrefix = 'lutra-task:'

function idOf(state: unknown): string | undefined {
  if (typeof state !== 'string' || !state.startsWith(statePrefix)) return undefined
  return state.slice(statePrefix.length)
}

interface Following {
  readonly next: Handler
  readonly options: FollowOptions
  /** Set where the call has begun its task: nobody else can be expected to know that. */
  readonly over?: WhenOver | undefined
}

function checked({ method }: Call, result: Result): Result {
  if (result.resultType !== 'task') return result
  throw new TaskError(`${method} cannot become a task, but the server made one`, {
    code: 'malformed',
  })
}

/** Takes up a task again: with answers to its questions where there are some. */
async function goOn(call: Call, taskId: string, following: Following): Promise<Result> {
  const { inputResponses } = call.params
  lift(call)
  if (isObject(inputResponses)) {
    await send(about(call, 'tasks/update', { taskId, inputResponses }), following)
  }
  const answered = new Set(Object.keys(isObject(inputResponses) ? inputResponses : {}))
  const task = await get(call, taskId, following)
  return follow(call, task, { ...following, answered })
}

async function follow(
  call: Call,
  first: DetailedTask,
  following: Following & { readonly answered?: ReadonlySet<string> },
): Promise<Result> {
  const { options, answered = new Set() } = following
  lift(call)
  let told: string | undefined
  let task = first
  try {
    for (let looks = 1; ; looks++) {
      if (isEnded(task.status)) return endOf(task)
      const open = Object.entries(task.inputRequests ?? {}).filter(([key]) => !answered.has(key))
      if (task.status === 'input_required' && open.length > 0) {
        giveUpAtEnd(call, task, following)
        return inputRequired({
          inputRequests: Object.fromEntries(open),
          requestState: stateOf(task.taskId),
        })
      }
      if (task.statusMessage !== told || looks > 1) tell(call, task, looks)
      told = task.statusMessage
      await sleep(options.pollIntervalMs ?? pollOf(task), call.signal)
      task = await get(call, task.taskId, following)
    }
  } catch (error) {
    if (call.signal.aborted || (following.over && isMalformed(error))) {
      await giveUp(call, task, following)
    }
    throw error
  }
}

/** The limits of a client are those of a request; a task ends when it ends, unless its call was given a limit of its own. */
function lift({ signal }: Call): void {
  const { deadline, options } = locals.get(signal) ?? {}
  deadline?.lift(options?.maxTimeoutMs === undefined)
}

/** What a call would have come to without a task. */
export function endOf({ status, taskId, result, error, statusMessage }: DetailedTask): Result {
  if (status === 'completed') return { ...result, resultType: 'complete' }
  if (status === 'failed') {
    const { code, message, data } = error ?? { code: -32603, message: statusMessage ?? 'Failed' }
    throw new RpcError(message, data === undefined ? { code } : { code, data })
  }
  throw new TaskError('The task was cancelled', { code: 'cancelled', taskId })
}

function tell(call: Call, { statusMessage }: DetailedTask, looks: number): void {
  const { progressToken } = call.meta
  if (progressToken === undefined) return
  const message = statusMessage === undefined ? {} : { message: statusMessage }
  call.notify({
    method: 'notifications/progress',
    params: { progressToken, progress: looks, ...message },
  })
}

async function get(call: Call, taskId: string, following: Following): Promise<DetailedTask> {
  return readTask(await send(about(call, 'tasks/get', { taskId }), following), taskId)
}

/** Waits for the server to answer, for as long as the call itself was given to hear nothing. */
function send(request: Call, { next, options: { onFault } }: Following): Promise<Result> {
  const { signal } = request
  const patienceMs = locals.get(signal)?.options.timeoutMs || Number.POSITIVE_INFINITY
  return askPatiently(() => sendOnce(request, next), { signal, patienceMs, onFault })
}

/** A call that never comes back with answers has failed over the questions: nobody can answer them, or they are none. */
function giveUpAtEnd(call: Call, task: DetailedTask, following: Following): void {
  following.over?.set(call, () => void giveUp(call, task, following))
}

function isMalformed(error: unknown): boolean {
  return error instanceof TaskError && error.code === 'malformed'
}

async function giveUp(call: Call, task: DetailedTask, following: Following): Promise<void> {
  if (following.options.onAbort !== 'detach') await cancel(call, task, following)
}

/** The caller has given up: what it began must not go on for nobody. */
async function cancel(call: Call, { taskId }: DetailedTask, { next }: Following): Promise<void> {
  const { signal } = new AbortController()
  // Headers of the call go along, its end does not.
  const local = locals.get(call.signal)
  if (local) locals.set(signal, local)
  const cancelling = withCall(about(call, 'tasks/cancel', { taskId }), { signal })
  await sendOnce(cancelling, next, cancelMs).catch(() => {})
}

const cancelMs = 5000
