/** Tasks as revision 2025-11-25 has them, an experiment then. See /specification/2025-11-25/basic/utilities/tasks */
import { type Call, type Handler, isModern, isObject, type Result } from '@lutra/core'
import { findRevision } from '@lutra/core/legacy'
import type { Ending } from '../ending.ts'
import { findTask } from '../methods.ts'
import type { TasksOptions } from '../options.ts'
import type { TaskStore } from '../task-store.ts'
import { awaitResult } from './await-result.ts'
import { cancelTask } from './cancel-task.ts'
import { callTool } from './create-task.ts'
import { listTasks } from './list-tasks.ts'
import { withTaskSupport } from './task-support.ts'
import { toLegacyTask } from './task-words.ts'

/** What calls of the earlier kind are served with. */
export interface Earlier {
  readonly tasks: TaskStore
  /** The server behind the extension. */
  readonly next: Handler
  readonly options: TasksOptions
  readonly now: () => number
  readonly ending: Ending
}

/** Whether a call comes from a session of that revision. */
export function isEarlier({ meta: { protocolVersion } }: Call): boolean {
  return !isModern(protocolVersion) && findRevision(protocolVersion)?.tasks === true
}

/** Serves what {@link isEarlier}. */
export function createEarlier(earlier: Earlier): Handler {
  const { next, tasks } = earlier
  const methods = new Map<string, Handler>([
    ['server/discover', async (call) => withCapability(await next(call), call)],
    ['tools/list', async (call) => withTaskSupport(await next(call))],
    ['tools/call', (call) => callTool(call, earlier)],
    ['tasks/get', async (call) => complete(toLegacyTask(await findTask(call, tasks)))],
    ['tasks/result', (call) => awaitResult(call, earlier)],
    ['tasks/list', (call) => listTasks(call, earlier)],
    ['tasks/cancel', (call) => cancelTask(call, earlier)],
  ])
  return (call) => (methods.get(call.method) ?? next)(call)
}

function complete(result: Readonly<Record<string, unknown>>): Result {
  return { ...result, resultType: 'complete' }
}

/** Only who was authenticated has a list: the tasks of everybody else cannot be told apart. */
function withCapability(discovered: Result, { auth }: Call): Result {
  const { capabilities } = discovered
  const tasks = {
    ...(auth && { list: {} }),
    cancel: {},
    requests: { tools: { call: {} } },
  }
  return { ...discovered, capabilities: { ...(isObject(capabilities) && capabilities), tasks } }
}
