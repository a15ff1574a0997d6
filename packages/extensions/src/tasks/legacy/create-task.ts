/** Calls that ask for a task. See /specification/2025-11-25/basic/utilities/tasks#creating-tasks */
import {
  type Call,
  type Defer,
  ErrorCode,
  type GuardedPolicy,
  isInputRequired,
  isObject,
  methodNotFound,
  principalOf,
  type Recorded,
  type Result,
  RpcError,
  withCall,
} from '@lutra/core'
import { hashOf } from '../hash-of.ts'
import { afterResult } from '../outcome.ts'
import { createRecord, type TaskRecord } from '../record.ts'
import { tasksId } from '../words.ts'
import type { Earlier } from './earlier.ts'
import { readTtl, relatedTo, toLegacyTask } from './task-words.ts'

/** Calls a tool: for a task where the caller asks for one. */
export async function callTool(call: Call, earlier: Earlier): Promise<Result> {
  const { next, tasks } = earlier
  const { task } = call.params
  if (call.journal) return next(call)
  if (task === undefined) return next(call).catch((reason) => refuse(call, reason))
  const ttlMs = readTtl(task)
  let scopes: readonly string[] = []
  const begin = (recorded: Recorded, policy: GuardedPolicy) =>
    create(call, { recorded, policy, ttlMs }, earlier)
  const guardedBy = (own: readonly string[]) => {
    scopes = own
  }
  const defer: Defer = Object.assign(
    async (recorded: Recorded, policy: GuardedPolicy) => {
      const record = await begin(recorded, policy)
      await tasks.create(record, recorded)
      return handedOut(record)
    },
    { demanded: true, guardedBy },
  )
  const result = await next(withCall(call, { defer }))
  if (result.resultType === 'task' || isInputRequired(result)) return result
  // A tool that needed no task, or refused its arguments: who asked for a task gets one, which is over.
  const record = await begin(nothing, { scopes })
  await tasks.create(afterResult(record, result), nothing)
  return handedOut(record)
}

const nothing: Recorded = { answers: new Map(), steps: new Map() }

function handedOut(record: TaskRecord): Result {
  return { resultType: 'task', task: toLegacyTask(record), _meta: relatedTo(record) }
}

interface Beginning {
  readonly recorded: Recorded
  readonly policy: GuardedPolicy
  readonly ttlMs: number | undefined
}

async function create(
  call: Call,
  { recorded, policy, ttlMs = Number.POSITIVE_INFINITY }: Beginning,
  { options, now }: Earlier,
): Promise<TaskRecord> {
  const record = createRecord(call, { recorded, policy, options, now: now() })
  const most = record.policy.ttlMs ?? Number.POSITIVE_INFINITY
  const kept = Math.min(ttlMs, most)
  return {
    ...record,
    policy: { ...record.policy, ttlMs: Number.isFinite(kept) ? kept : null },
    earlier: { list: await listOf(call) },
  }
}

/** Names the tasks of a caller; undefined where nobody knows who it is. */
export async function listOf({ auth }: Call): Promise<string | undefined> {
  if (!auth) return undefined
  return hashOf(principalOf(auth))
}

/** A tool that is there for tasks alone is not there for others. */
function refuse({ method, params }: Call, reason: unknown): never {
  if (!(reason instanceof RpcError) || !wantsTask(reason)) throw reason
  throw methodNotFound(`${method} of ${params['name']} without a task`)
}

function wantsTask({ code, data }: RpcError): boolean {
  if (code !== ErrorCode.missingCapability || !isObject(data)) return false
  const required = data['requiredCapabilities']
  const extensions = isObject(required) ? required['extensions'] : undefined
  return isObject(extensions) && tasksId in extensions
}
