/** The words of tasks on the wire. See the extension io.modelcontextprotocol/tasks */
import {
  type Call,
  type InputRequests,
  invalidParams,
  isModern,
  missingCapability,
} from '@lutra/core'

export const tasksId = 'io.modelcontextprotocol/tasks'

export type TaskStatus = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled'

/** A task as its caller sees it. */
export interface Task {
  readonly taskId: string
  readonly status: TaskStatus
  readonly statusMessage?: string
  /** ISO 8601. */
  readonly createdAt: string
  readonly lastUpdatedAt: string
  /** Milliseconds from `createdAt` for which it is kept; `null`: for ever. */
  readonly ttlMs: number | null
  /** Milliseconds to wait before asking again. */
  readonly pollIntervalMs?: number
}

/** What `tasks/get` says of a task: with its open questions, its result or its error. */
export interface DetailedTask extends Task {
  readonly inputRequests?: InputRequests
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** Whether a task has come to its end, which it never leaves. */
export function isEnded(status: TaskStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled'
}

/** Whether a caller takes tasks. Those of earlier revisions do not know these. */
export function declaresTasks({ meta }: Call): boolean {
  const { extensions } = meta.clientCapabilities
  return (
    isModern(meta.protocolVersion) && extensions !== undefined && Object.hasOwn(extensions, tasksId)
  )
}

/** Throws `RpcError` -32021 where a caller does not take tasks. */
export function assertDeclares(call: Call): void {
  if (!declaresTasks(call)) throw missingCapability({ extensions: { [tasksId]: {} } })
}

/** The id that a call is about; throws `RpcError` -32602 where there is none. */
export function taskIdOf({ params }: Call): string {
  const { taskId } = params
  if (typeof taskId === 'string' && isTaskId(taskId)) return taskId
  if (typeof taskId === 'string') throw unknownTask()
  throw invalidParams('Invalid params: expected "taskId" to be a string')
}

/** Whether a text has the form of an id. */
export function isTaskId(text: string): boolean {
  return idPattern.test(text)
}

/** The same for one that never was, one that has expired, and one of somebody else. */
export function unknownTask() {
  return invalidParams('There is no such task, or it has expired')
}

/** An id of 192 random bits: who does not know it cannot guess it. None begins as the options of command lines do. */
export function createTaskId(): string {
  for (;;) {
    const bytes = crypto.getRandomValues(new Uint8Array(24))
    const id = btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
    if (!id.startsWith('-')) return id
  }
}

const idPattern = /^[\w-]{32}$/
