/** News of tasks on `subscriptions/listen`. See the extension io.modelcontextprotocol/tasks */
import {
  type Call,
  type Handler,
  invalidParams,
  isObject,
  metaKeys,
  type Notification,
  onAbort,
  principalOf,
  withCall,
} from '@lutra/core'
import { type TaskRecord, toDetailedTask } from './record.ts'
import type { TaskStore } from './task-store.ts'
import { assertDeclares, isEnded, isTaskId } from './words.ts'

/** Lets a subscription name tasks too: the server's own part goes on to `next`. */
export async function listenToTasks(call: Call, tasks: TaskStore, next: Handler) {
  const ids = taskIdsOf(call)
  if (ids.length === 0) return next(call)
  assertDeclares(call)
  const principal = principalOf(call.auth)
  // One look however many they are: who makes up a thousand ids must not keep the store from others.
  const found = await tasks.getMany(ids.filter(isTaskId))
  const own = found.filter((task) => task.principal === principal)
  const over = new AbortController()
  const stops: (() => void)[] = []
  const stop = () => {
    for (const end of stops.splice(0)) end()
    over.abort()
  }
  const notify = (notification: Notification) => {
    if (notification.method !== acknowledged) return call.notify(notification)
    call.notify(withTaskIds(notification, own))
    // From now on: what changed between the look and this is told at once.
    for (const task of own) stops.push(follow(task, tasks, { call, end: stop }))
  }
  onAbort(call, stop)
  try {
    return await next(withCall(call, { notify, signal: over.signal }))
  } finally {
    stop()
  }
}

const acknowledged = 'notifications/subscriptions/acknowledged'

function withTaskIds(
  { method, params = {} }: Notification,
  own: readonly TaskRecord[],
): Notification {
  const notifications = isObject(params['notifications']) ? params['notifications'] : {}
  const taskIds = own.map(({ id }) => id)
  return { method, params: { ...params, notifications: { ...notifications, taskIds } } }
}

interface Listening {
  readonly call: Call
  /** Ends the subscription. */
  readonly end: () => void
}

/** Tells what a task comes to, each state once, until it has ended, or the token of who listens has. */
function follow(found: TaskRecord, tasks: TaskStore, { call, end }: Listening): () => void {
  const { id } = found
  let told = -1
  let looking = false
  let again = false
  let over = false
  let timer: ReturnType<typeof setTimeout> | undefined

  async function look(): Promise<void> {
    if (looking) {
      again = true
      return
    }
    looking = true
    again = false
    let task: TaskRecord | undefined
    try {
      task = await tasks.get(id)
    } catch {
      later()
    }
    looking = false
    if (over) return
    if (task && task.updatedAt !== told) tell(task)
    if (again) await look()
  }

  function tell(task: TaskRecord): void {
    if (hasEnded(call)) {
      end()
      return
    }
    told = task.updatedAt
    const _meta = { [metaKeys.subscriptionId]: call.id }
    call.notify({ method: 'notifications/tasks', params: { ...toDetailedTask(task), _meta } })
    if (isEnded(task.status)) stop()
  }

  // The store is away: nobody will say again what was missed.
  function later(): void {
    clearTimeout(timer)
    if (!over) timer = setTimeout(() => void look(), lookAgainMs)
  }

  function stop(): void {
    over = true
    clearTimeout(timer)
    leave()
  }

  const leave = tasks.onChange(id, () => void look())
  // What has changed since it was found, before the bus listened, is told by nobody.
  if (leave.ready) {
    tell(found)
    leave.ready.then(look)
  } else void look()
  return stop
}

/** Whether the token has ended with which a subscription was made. */
function hasEnded({ auth }: Call): boolean {
  const exp = auth?.claims?.['exp']
  return typeof exp === 'number' && exp * 1000 <= Date.now()
}

function taskIdsOf({ params }: Call): readonly string[] {
  const { notifications } = params
  const ids = isObject(notifications) ? notifications['taskIds'] : undefined
  if (ids === undefined) return []
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string')) {
    throw invalidParams('Invalid params: expected "taskIds" to be an array of strings')
  }
  if (ids.length <= mostIds) return [...new Set<string>(ids)]
  throw invalidParams(`Invalid params: a subscription may name ${mostIds} tasks at most`)
}

const mostIds = 1000
const lookAgainMs = 1000
