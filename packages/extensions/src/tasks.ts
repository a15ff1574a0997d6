/** Calls that go on after they were answered. See the extension io.modelcontextprotocol/tasks */
import {
  type Call,
  createMemoryBus,
  type Extension,
  type GuardedPolicy,
  type Handler,
  type OnError,
  type Recorded,
  type Result,
  withCall,
} from '@lutra/core'
import { createEnding } from './tasks/ending.ts'
import { createFollowing, type FollowOptions } from './tasks/follow.ts'
import { lowerCalls } from './tasks/legacy/client/lower-calls.ts'
import { createEarlier, isEarlier } from './tasks/legacy/earlier.ts'
import { listenToTasks } from './tasks/listen.ts'
import { createMethods } from './tasks/methods.ts'
import { storeOf, type TasksOptions } from './tasks/options.ts'
import { createOwnerWords, type OwnerWords } from './tasks/owner.ts'
import { createRecord, toTask } from './tasks/record.ts'
import { createRunner } from './tasks/runner.ts'
import { readOpen } from './tasks/slots.ts'
import { createTaskStore } from './tasks/task-store.ts'
import { declaresTasks, tasksId } from './tasks/words.ts'

/** The extension of a server, and what its owner may do with the tasks. */
export interface Tasks extends Extension, OwnerWords {
  /** How many tasks this process runs now. */
  readonly running: number
}

/** Lets the tools of a server that say so go on as tasks: `createServer({ extensions: [tasks({ store, bus })] })`. */
export function tasks(options: TasksOptions = {}): Tasks {
  const { now = Date.now, onError = complain } = options
  const kept = createTaskStore({
    store: storeOf(options),
    secret: options.secret === true,
    bus: options.bus ?? createMemoryBus(),
    prefix: options.namespace ?? 'tasks',
    leaseMs: options.leaseMs ?? 15_000,
    open: readOpen(options.open),
    onError: (error) => onError(error, { id: crypto.randomUUID(), method: 'tasks' }),
    now,
  })
  const ending = createEnding()
  let handler: Handler | undefined
  const process = options.concurrency?.process ?? 16
  const runner = createRunner({
    tasks: kept,
    limits: { process, principal: options.concurrency?.principal ?? Math.ceil(process / 2) },
    handler: () => handler ?? noServer,
    onError,
    scanMs: options.scanMs ?? 5000,
    now,
  })

  async function defer(call: Call, recorded: Recorded, policy: GuardedPolicy): Promise<Result> {
    const task = createRecord(call, { recorded, policy, options, now: now() })
    await kept.create(task, recorded)
    return { resultType: 'task', ...toTask(task) }
  }

  return {
    id: tasksId,
    methods: createMethods(kept),
    middleware(next) {
      handler = next
      if (options.run !== false) runner.start()
      const earlier = createEarlier({ tasks: kept, next, options, now, ending })
      return (call) => {
        if (isEarlier(call)) return earlier(call)
        if (call.method === 'subscriptions/listen') return listenToTasks(call, kept, next)
        if (call.method !== 'tools/call' || call.journal || !declaresTasks(call)) return next(call)
        return next(withCall(call, { defer: (recorded, policy) => defer(call, recorded, policy) }))
      }
    },
    close() {
      ending.end()
      return runner.stop(options.graceMs ?? 5000)
    },
    ...createOwnerWords(kept),
    get running() {
      return runner.running
    },
  }
}

/**
 * Lets a client take tasks: `connect(url, { extensions: [followTasks()] })`. A call that becomes one looks like any other: its questions
 * are answered by the same handlers, its messages come as progress, and it comes to the result.
 */
export function followTasks(options: FollowOptions = {}): Extension {
  return createFollowing(options, lowerCalls(options))
}

const noServer: Handler = async () => {
  throw new TypeError('Tasks run in the server that has the extension: none was made yet')
}

const complain: OnError = (error, { id }) => {
  // biome-ignore lint/suspicious/noConsole: where nobody listens, it must still be seen.
  console.error(`A task met an error (${id}):`, error)
}

export { resumeTask, startTask, type TaskClient, type TaskHandle } from './tasks/handle.ts'
export type { TasksOptions } from './tasks/options.ts'
export type { OwnerWords } from './tasks/owner.ts'
export { TaskError } from './tasks/task-error.ts'
export { type DetailedTask, type Task, type TaskStatus, tasksId } from './tasks/words.ts'
export type { FollowOptions }
