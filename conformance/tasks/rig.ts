import { type Call, createMemoryBus, createMemoryStore, type Result, withSignal } from '@lutra/core'
import { type Tasks, type TasksOptions, tasks, tasksId } from '@lutra/extensions/tasks'
import { createServer, type Server, type Tool } from '@lutra/server'

/** Several processes of one server, as far as they share nothing but a store and a bus. */
export function createCluster(tools: readonly Tool[], options: TasksOptions = {}) {
  const store = options.store ?? createMemoryStore()
  const bus = options.bus ?? createMemoryBus()
  const instances: Instance[] = []
  return {
    store,
    /** Starts one more process. */
    start(own: TasksOptions = {}): Instance {
      const extension = tasks({ store, bus, scanMs: 50, ...options, ...own })
      const server = createServer({
        name: 'jobs',
        version: '1.0.0',
        tools,
        keys: ['a key of thirty-two bytes at least, for tests'],
        store,
        bus,
        extensions: [extension],
        logger: { warn() {}, error() {} },
      })
      const instance = { server, tasks: extension }
      instances.push(instance)
      return instance
    },
    async close() {
      await Promise.all(instances.map(({ server }) => server.close()))
    },
  }
}

export interface Instance {
  readonly server: Server
  readonly tasks: Tasks
}

export interface Caller {
  readonly subject?: string
  readonly declares?: boolean
  readonly capabilities?: Record<string, unknown>
}

const forms = { elicitation: { form: {} } }

/** Sends one modern request, as somebody who takes tasks and fills in forms. */
export const send = sendAs({})

/** Sends one modern request as whoever it is. */
export function sendAs({ subject, declares = true, capabilities = forms }: Caller) {
  const extensions = declares ? { [tasksId]: {} } : {}
  return (
    { server }: Pick<Instance, 'server'>,
    method: string,
    params: Record<string, unknown>,
  ): Promise<Result> => {
    const call: Omit<Call, 'signal'> = {
      id: crypto.randomUUID(),
      method,
      params,
      meta: {
        protocolVersion: '2026-07-28',
        clientInfo: { name: 'test', version: '1' },
        clientCapabilities: { ...capabilities, extensions },
      },
      ...(subject !== undefined && { auth: { subject, scopes: [], claims: {} } }),
      notify() {},
    }
    return server(withSignal(call, () => new AbortController().signal))
  }
}

/** Asks for a task as somebody until what it says will do. */
export function untilAs(ask: typeof send) {
  return async (
    instance: Instance,
    taskId: unknown,
    will: (task: Result) => boolean,
  ): Promise<Result> => {
    for (const end = Date.now() + 20_000; ; await new Promise((go) => setTimeout(go, 10))) {
      const task = await ask(instance, 'tasks/get', { taskId })
      if (will(task)) return task
      if (Date.now() > end) throw new Error(`The task stays ${JSON.stringify(task)}`)
    }
  }
}

export const until = untilAs(send)

export const isEnded = ({ status }: Result) =>
  status === 'completed' || status === 'failed' || status === 'cancelled'
