/** The tasks of servers of 2025-11-25 as those of the extension. See /specification/2025-11-25/basic/utilities/tasks */
import {
  type Call,
  type Handler,
  isModern,
  isObject,
  type Middleware,
  type Notification,
  type Result,
  RpcError,
  withCall,
} from '@lutra/core'
import { about } from '../../about.ts'
import { type FollowOptions, isByHand } from '../../follow.ts'
import { type DetailedTask, isEnded } from '../../words.ts'
import { createDrains, type Drains } from './drains.ts'
import { createMessages, type Messages } from './messages.ts'
import { raiseTask } from './raise-task.ts'
import { createTaskSupport, type TaskSupport } from './task-support.ts'

/** Lets calls that speak of tasks as the extension does reach older servers, which have another word for most of it. */
export function lowerCalls(options: Pick<FollowOptions, 'ttlMs'>): Middleware {
  return (next) => {
    const older: Older = {
      next,
      options,
      drains: createDrains(next),
      support: createTaskSupport(next),
      messages: createMessages(),
    }
    return (call) => {
      if (isModern(call.meta.protocolVersion)) return next(call)
      return (lowered.get(call.method) ?? next)(call, older)
    }
  }
}

interface Older {
  readonly next: Handler
  readonly options: Pick<FollowOptions, 'ttlMs'>
  readonly drains: Drains
  readonly support: TaskSupport
  readonly messages: Messages
}

const lowered: ReadonlyMap<string, (call: Call, older: Older) => Promise<Result>> = new Map([
  ['tools/call', callTool],
  ['tasks/get', getTask],
  ['tasks/update', updateTask],
  ['tasks/cancel', cancelTask],
  ['subscriptions/listen', listenToTasks],
])

const done: Result = { resultType: 'complete' }

async function callTool(call: Call, older: Older): Promise<Result> {
  const { next, options, support, messages } = older
  // A call that comes back with answers is known to the server already.
  const again = call.params['requestState'] !== undefined
  const supported = again ? 'optional' : await support.of(call)
  const asTask = supported === 'required' || (supported === 'optional' && isByHand(call))
  if (!asTask && !again) return next(call)
  const { ttlMs } = options
  const task = ttlMs === undefined ? {} : { ttl: ttlMs }
  const params = again ? call.params : { ...call.params, task }
  const hearing = messages.hear(call)
  try {
    const result = await next(withCall(call, { params, notify: hearing.notify }))
    const made = isObject(result['task']) && result['content'] === undefined
    if (!made) return result
    const raised = raiseTask(result['task'])
    hearing.begin(raised.taskId)
    return { ...raised, resultType: 'task' }
  } catch (error) {
    support.forget()
    throw error
  }
}

async function getTask(call: Call, older: Older): Promise<Result> {
  const taskId = call.params['taskId']
  const told = await older.next(withCall(call, { params: { taskId } }))
  return { ...done, ...(await withDetails(raiseTask(told, String(taskId)), call, older)) }
}

/** A task with what the extension tells together with it, and its older form only when asked. */
async function withDetails(
  task: DetailedTask,
  call: Call,
  { next, drains, messages }: Older,
): Promise<DetailedTask> {
  const { taskId, status } = task
  if (isEnded(status)) {
    messages.forget(taskId)
    return status === 'cancelled' ? task : withEnd(task, call, next)
  }
  const statusMessage = messages.of(taskId)
  const heard = statusMessage === undefined ? task : { ...task, statusMessage }
  if (status !== 'input_required' || !canBeAsked(call)) return heard
  return { ...heard, inputRequests: await drains.questions(call, taskId) }
}

async function withEnd(task: DetailedTask, call: Call, next: Handler): Promise<DetailedTask> {
  const { taskId, statusMessage } = task
  try {
    const { resultType: _, ...result } = await next(about(call, 'tasks/result', { taskId }))
    // A tool that says of itself that it failed has failed its task there, and completed it here.
    return { ...task, status: 'completed', result }
  } catch (error) {
    if (!(error instanceof RpcError) || task.status !== 'failed') throw error
    const { code, message, data } = error
    const told = code === -32603 ? (statusMessage ?? message) : message
    return { ...task, error: { code, message: told, ...(data !== undefined && { data }) } }
  }
}

// A question comes once: who cannot answer it must not take it from who can.
function canBeAsked({ meta: { clientCapabilities } }: Call): boolean {
  const { elicitation, sampling, roots } = clientCapabilities
  return isObject(elicitation) || isObject(sampling) || isObject(roots)
}

async function updateTask(call: Call, { drains }: Older): Promise<Result> {
  const { taskId, inputResponses } = call.params
  if (isObject(inputResponses)) drains.answer(call, String(taskId), inputResponses)
  return done
}

async function cancelTask(call: Call, { next }: Older): Promise<Result> {
  const { taskId } = call.params
  try {
    await next(call)
  } catch (error) {
    if (!(error instanceof RpcError) || error.code !== -32602) throw error
    // One that has ended cannot be cancelled there, and may be here.
    const task = raiseTask(await next(about(call, 'tasks/get', { taskId })), String(taskId))
    if (!isEnded(task.status)) throw error
  }
  return done
}

/** Tells of tasks, with their details, what an older server tells without. */
function listenToTasks(call: Call, older: Older): Promise<Result> {
  const busy = new Set<string>()
  const tell = async ({ params = {} }: Notification): Promise<void> => {
    const task = raiseTask(params)
    // Who looks by themselves too misses nothing.
    if (busy.has(task.taskId)) return
    busy.add(task.taskId)
    try {
      const detailed = await withDetails(task, call, older)
      const { _meta } = params
      call.notify({ method: 'notifications/tasks', params: { ...detailed, _meta } })
    } finally {
      busy.delete(task.taskId)
    }
  }
  const notify = (notification: Notification) => {
    if (notification.method === 'notifications/tasks/status') tell(notification).catch(() => {})
    else call.notify(notification)
  }
  return older.next(withCall(call, { notify }))
}
