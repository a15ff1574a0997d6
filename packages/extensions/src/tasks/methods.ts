/** What callers may do with a task. See the extension io.modelcontextprotocol/tasks */
import {
  type Call,
  type Handler,
  invalidParams,
  isEncoded,
  isModern,
  isObject,
  principalOf,
  type Result,
  withEncoded,
} from '@lutra/core'
import { assertScopes } from '@lutra/core/access'
import { cancelled } from './outcome.ts'
import { isUnkeepable } from './persistently.ts'
import { type TaskRecord, toDetailedTask } from './record.ts'
import type { TaskStore } from './task-store.ts'
import { toWaiting } from './wait-list.ts'
import { assertDeclares, isEnded, taskIdOf, unknownTask } from './words.ts'

const done: Result = { resultType: 'complete' }

/** `tasks/get`, `tasks/update` and `tasks/cancel`, over the tasks of a store. */
export function createMethods(tasks: TaskStore): Readonly<Record<string, Handler>> {
  return {
    'tasks/get': async (call) => {
      assertMayLook(call)
      return tell(await findTask(call, tasks))
    },
    'tasks/update': async (call) => {
      assertDeclares(call)
      const { id } = await findTask(call, tasks)
      await answer(tasks, id, responsesOf(call))
      return done
    },
    'tasks/cancel': async (call) => {
      assertMayLook(call)
      const { id } = await findTask(call, tasks)
      await cancel(tasks, id)
      return done
    },
  }
}

/** What is asked for most: a task that has ended is put together once, and encoded once, for as long as its store gives the same record. */
function tell(task: TaskRecord): Result {
  const known = ended.get(task)
  if (known) return isEncoded(known) ? known : withEncoded(known)
  const told = Object.assign(toDetailedTask(task), done)
  if (isEnded(task.status)) ended.set(task, told)
  return told
}

const ended = new WeakMap<TaskRecord, Result>()

/** The task that a call is about; throws `RpcError` where the caller has no such task, or lacks the scopes of its tool. */
export async function findTask(call: Call, tasks: TaskStore): Promise<TaskRecord> {
  const held = await tasks.get(taskIdOf(call))
  // Somebody else's is no other than one that never was.
  const task = held?.principal === principalOf(call.auth) ? held : undefined
  if (task?.earlier) return guarded(call, task)
  // The others are for callers of this revision, and of these for who takes them.
  const modern = isModern(call.meta.protocolVersion)
  if (modern) assertDeclares(call)
  if (!task || !modern) throw unknownTask()
  return guarded(call, task)
}

/** A task is no way around the scopes of its tool: another token of the same caller may have fewer. */
export function guarded(call: Call, task: TaskRecord): TaskRecord {
  const { scopes } = task
  if (scopes?.length) assertScopes(call, scopes, `this task of tool "${task.call.params['name']}"`)
  return task
}

/** Who declares the tasks of the earlier revision may still look after those that it has from there. */
function assertMayLook(call: Call): void {
  const { tasks } = call.meta.clientCapabilities
  if (!isObject(tasks)) assertDeclares(call)
}

function responsesOf({ params }: Call): ReadonlyMap<string, unknown> {
  const { inputResponses } = params
  if (isObject(inputResponses)) return new Map(Object.entries(inputResponses))
  throw invalidParams('Invalid params: expected "inputResponses" to be an object')
}

/** Takes the answers to open questions, and lets the task go on when there are no more. Others are left alone. */
export async function answer(
  tasks: TaskStore,
  id: string,
  given: ReadonlyMap<string, unknown>,
): Promise<void> {
  try {
    await give(tasks, id, given)
  } catch (error) {
    if (!isUnkeepable(error)) throw error
    throw invalidParams('These answers are larger than what can be kept of a task')
  }
}

async function give(
  tasks: TaskStore,
  id: string,
  given: ReadonlyMap<string, unknown>,
): Promise<void> {
  let isLast = false
  const before = await tasks.change(id, (task) => {
    const after = takeAnswers(task, given)
    isLast = after?.status === 'working'
    return isLast ? undefined : after
  })
  if (!before || !isLast) return
  // First on the list, then changed: a task whose answers are there and that nobody runs would wait for ever.
  await tasks.waits.add(before, 0)
  const after = await tasks.change(id, (task) => takeAnswers(task, given))
  // Whoever has looked in between has found it without its answers.
  if (after?.status === 'working') tasks.waits.announce(await toWaiting(after))
}

function takeAnswers(
  task: TaskRecord,
  given: ReadonlyMap<string, unknown>,
): TaskRecord | undefined {
  if (task.status !== 'input_required') return undefined
  const taken = task.open.filter(({ publicKey }) => given.has(publicKey))
  if (taken.length === 0) return undefined
  const open = task.open.filter((question) => !taken.includes(question))
  const fresh = taken.map(({ key, publicKey }) => [key, given.get(publicKey)] as const)
  const status = open.length === 0 ? 'working' : 'input_required'
  return { ...task, status, open, answers: [...task.answers, ...fresh] }
}

/** Ends a task that waits; tells one that runs to stop, wherever it does. */
export async function cancel(tasks: TaskStore, id: string): Promise<void> {
  const after = await tasks.change(id, (task) => {
    if (task.status === 'input_required') return cancelled(task)
    return task.cancelled ? undefined : { ...task, cancelled: true }
  })
  // One that nobody runs, as it waits for a while or for somebody outside, has nobody else to end it.
  if (after?.status === 'working') await tasks.waits.add(after, 0)
  else if (after) await tasks.steps.forget(id)
}
