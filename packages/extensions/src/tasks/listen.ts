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
  type Subscription,
  withCall,
} from '@lutra/core'
import { guarded } from './methods.ts'
import { type TaskRecord, toDetailedTask } from './record.ts'
import type { TaskStore } from './task-store.ts'
import { assertDeclares, isEnded, isTaskId } from './words.ts'

/** Lets a subscription name tasks too: the server's own part goes on to `next`. */
export async function listenToTasks(call: Call, tasks: TaskStore, next: Handler) {
  const ids = taskIdsOf(call)
  if (ids.length === 0) return next(call)
  assertDeclares(call)
  const principal = principalOf(call.auth)
  const own: string[] = []
  for await (const task of lookAt(ids.filter(isTaskId), tasks)) {
    if (task.principal === principal) own.push(guarded(call, task).id)
  }
  const over = new AbortController()
  let leave = () => {}
  const stop = () => {
    leave()
    over.abort()
  }
  const notify = (notification: Notification) => {
    if (notification.method !== acknowledged) return call.notify(notification)
    call.notify(withTaskIds(notification, own))
    // From now on: what changed between the look and this is told at once.
    leave = follow(own, tasks, { call, end: stop })
  }
  onAbort(call, stop)
  try {
    return await next(withCall(call, { notify, signal: over.signal }))
  } finally {
    stop()
  }
}

const acknowledged = 'notifications/subscriptions/acknowledged'

/** Finds many tasks by few looks, so that made-up ids keep the store from nobody; and holds few at a time, as each may be large. */
async function* lookAt(ids: readonly string[], tasks: TaskStore): AsyncGenerator<TaskRecord> {
  for (let from = 0; from < ids.length; from += mostAtOnce) {
    yield* await tasks.getMany(ids.slice(from, from + mostAtOnce))
  }
}

const mostAtOnce = 50

function withTaskIds(
  { method, params = {} }: Notification,
  taskIds: readonly string[],
): Notification {
  const notifications = isObject(params['notifications']) ? params['notifications'] : {}
  return { method, params: { ...params, notifications: { ...notifications, taskIds } } }
}

interface Listening {
  readonly call: Call
  /** Ends the subscription. */
  readonly end: () => void
}

/** Tells what tasks come to, each state once, until they have ended, or the token of who listens has. */
function follow(ids: readonly string[], tasks: TaskStore, { call, end }: Listening): () => void {
  const leaves = new Map<string, Subscription>()
  const told = new Map<string, number>()
  const looks = createLooks(tasks, tell)

  function tell(task: TaskRecord): void {
    const { id, updatedAt } = task
    if (!leaves.has(id) || updatedAt <= (told.get(id) ?? -1)) return
    if (hasEnded(call)) {
      end()
      return
    }
    told.set(id, updatedAt)
    const _meta = { [metaKeys.subscriptionId]: call.id }
    call.notify({ method: 'notifications/tasks', params: { ...toDetailedTask(task), _meta } })
    if (!isEnded(task.status)) return
    leaves.get(id)?.()
    leaves.delete(id)
  }

  for (const id of ids) {
    const leave = tasks.onChange(id, () => looks.add(id))
    leaves.set(id, leave)
  }
  const lookAtAll = () => {
    for (const id of leaves.keys()) looks.add(id)
  }
  // What changes before the bus listens is told by nobody; where the bus is away, their states are told all the same.
  const late = setTimeout(lookAtAll, lookAgainMs)
  void Promise.all([...leaves.values()].map(({ ready }) => ready)).then(() => {
    clearTimeout(late)
    lookAtAll()
  })

  return () => {
    clearTimeout(late)
    looks.stop()
    for (const leave of leaves.values()) leave()
    leaves.clear()
  }
}

/** Looks for tasks: once at a time, for all that were added meanwhile. After an outage that may be every one. */
function createLooks(tasks: TaskStore, tell: (task: TaskRecord) => void) {
  const due = new Set<string>()
  let looking = false
  let over = false
  let timer: ReturnType<typeof setTimeout> | undefined

  async function look(): Promise<void> {
    looking = true
    // Those that are added in the same turn come with it.
    await undefined
    while (due.size > 0 && !over) {
      const ids = [...due]
      due.clear()
      try {
        for await (const task of lookAt(ids, tasks)) {
          if (over) return
          tell(task)
        }
      } catch {
        // The store is away: nobody will say again what was missed.
        for (const id of ids) due.add(id)
        await new Promise((resolve) => {
          if (!over) timer = setTimeout(resolve, lookAgainMs)
        })
      }
    }
    looking = false
  }

  return {
    add(id: string): void {
      due.add(id)
      if (!looking && !over) void look()
    },
    stop(): void {
      over = true
      clearTimeout(timer)
    },
  }
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
