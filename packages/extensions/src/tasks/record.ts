import {
  type Auth,
  type Call,
  type GuardedPolicy,
  type InputRequest,
  type Meta,
  type Params,
  principalOf,
  type Recorded,
} from '@lutra/core'
import type { TasksOptions } from './options.ts'
import { createTaskId, type DetailedTask, isEnded, type Task, type TaskStatus } from './words.ts'

/** A task as it is stored. Everything that any process needs to go on with it. */
export interface TaskRecord {
  readonly id: string
  readonly call: StoredCall
  /** Whose it is: see `principalOf`. */
  readonly principal: string
  /** Whether it is encrypted where it is kept, and stays so whoever writes it. */
  readonly secret?: boolean | undefined
  /** What a caller needs for its tool, and so for the task. */
  readonly scopes?: readonly string[] | undefined
  readonly policy: StoredPolicy
  readonly status: TaskStatus
  readonly statusMessage?: string | undefined
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly updatedAt: number
  /** Open questions, by the key under which the caller answers. */
  readonly open: readonly Question[]
  readonly answers: readonly (readonly [key: string, answer: unknown])[]
  /** How often each key was asked: one that is asked again gets another public key. */
  readonly asked: readonly (readonly [key: string, times: number])[]
  /** What a handler that asks by hand wants to see again. */
  readonly requestState?: string | undefined
  /** Runs that were begun since the last that came to something, and those that ended with an error worth another. */
  readonly begun: number
  /** Counts what runs have written: one that has been overtaken by another writes nothing any more. */
  readonly run: number
  /** Steps that were finished when the last of these was begun. */
  readonly stepsDone: number
  readonly failures: number
  readonly cancelled?: boolean | undefined
  /** Set where the call was of an earlier revision: `list` names the tasks of its caller, where there was one. */
  readonly earlier?: { readonly list?: string | undefined } | undefined
  /** Which of its caller's places for open tasks it has, from when it was stored to its end. */
  readonly slot?: { readonly number: number; readonly version: string } | undefined
  readonly result?: DetailedTask['result'] | undefined
  readonly error?: DetailedTask['error'] | undefined
}

/** The call that a task goes on with. */
export interface StoredCall {
  readonly method: string
  readonly params: Params
  readonly meta: Meta
  readonly auth?: Auth | undefined
}

export interface StoredPolicy {
  readonly ttlMs: number | null
  readonly timeoutMs: number
  readonly retries: number
  readonly backoffMs: number
  readonly concurrency: number
}

export interface Question {
  /** As the handler asks it. */
  readonly key: string
  /** As the caller answers it: never the same twice in the life of a task. */
  readonly publicKey: string
  readonly request: InputRequest
}

/** What a task is made from. */
export interface Beginning {
  readonly recorded: Recorded
  readonly policy: GuardedPolicy
  readonly options: TasksOptions
  readonly now: number
}

/** A new task that goes on with a call. */
export function createRecord(
  call: Call,
  { recorded, policy, options, now }: Beginning,
): TaskRecord {
  const { name, arguments: args } = call.params
  // A progress token is over with the call, and so is what carried it here.
  const { progressToken: _, ...meta } = call.meta
  return {
    id: createTaskId(),
    call: { method: call.method, params: { name, arguments: args ?? {} }, meta, auth: call.auth },
    principal: principalOf(call.auth),
    ...(options.secret && { secret: true }),
    scopes: policy.scopes,
    policy: {
      ttlMs: policy.ttlMs === undefined ? (options.ttlMs ?? dayMs) : policy.ttlMs,
      timeoutMs: policy.timeoutMs ?? 0,
      retries: policy.retries ?? 3,
      backoffMs: policy.backoffMs ?? 1000,
      concurrency: policy.concurrency ?? Number.MAX_SAFE_INTEGER,
    },
    status: 'working',
    createdAt: now,
    updatedAt: now,
    open: [],
    answers: [...recorded.answers],
    // What was asked before there was a task keeps its key; the same key in the task is another one.
    asked: [...recorded.answers.keys()].map((key) => [key, 1] as const),
    begun: 0,
    run: 0,
    stepsDone: 0,
    failures: 0,
  }
}

const dayMs = 86_400_000

/** What everybody may read of a task whose id they have: an object of the caller's own. */
export function toTask(record: TaskRecord): Writable<Task> {
  const { id, status, statusMessage, createdAt, updatedAt } = record
  const task: Writable<Task> = {
    taskId: id,
    status,
    createdAt: new Date(createdAt).toISOString(),
    lastUpdatedAt: new Date(updatedAt).toISOString(),
    ttlMs: lifetimeOf(record),
  }
  // Added rather than copied together: this is what is asked for most.
  if (statusMessage !== undefined) task.statusMessage = statusMessage
  if (!isEnded(status)) task.pollIntervalMs = pollIntervalOf(record)
  return task
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

/** For how long from its beginning a task is kept: whoever waits for its end has as long again to fetch what it came to. */
function lifetimeOf({ status, createdAt, updatedAt, policy }: TaskRecord): number | null {
  if (policy.ttlMs === null || !isEnded(status)) return policy.ttlMs
  return updatedAt - createdAt + policy.ttlMs
}

/** A task with what its status brings along: an object of the caller's own. */
export function toDetailedTask(record: TaskRecord): DetailedTask {
  const { status, open, result, error } = record
  const task: Writable<DetailedTask> = toTask(record)
  if (status === 'input_required') task.inputRequests = questionsOf(open)
  else if (status === 'completed') task.result = result ?? {}
  else if (status === 'failed' && error) task.error = error
  return task
}

function questionsOf(open: readonly Question[]) {
  return Object.fromEntries(open.map(({ publicKey, request }) => [publicKey, request]))
}

/** The longer a task goes on, the longer its news can wait: a twentieth of its age. */
function pollIntervalOf({ createdAt }: TaskRecord): number {
  // By the clock, not by its last change: one of which nothing is heard would be asked for as if it were new.
  const age = Date.now() - createdAt
  return Math.round(Math.min(Math.max(age / 20, leastPollMs), mostPollMs))
}

const leastPollMs = 500
const mostPollMs = 10_000

/** Written anew with its whole time to live at each change: a task is kept longer than was promised, never shorter. */
export function ttlOf({ policy }: Pick<TaskRecord, 'policy'>): { readonly ttlMs?: number } {
  return policy.ttlMs === null ? {} : { ttlMs: policy.ttlMs }
}

/** How everything is written that holds what somebody has said in a task. */
export function hiding({ secret }: Pick<TaskRecord, 'secret'>): { readonly secret?: true } {
  return secret ? { secret: true } : {}
}

/** Whether a task is older than it may be, by whichever of the clocks. What its steps came to is gone a while after that. */
export function outlived({ createdAt, policy }: TaskRecord, now: number): boolean {
  return policy.ttlMs !== null && now - createdAt > policy.ttlMs + mostSkewMs
}

/** How far the clocks of processes may be apart. */
export const mostSkewMs = 600_000
