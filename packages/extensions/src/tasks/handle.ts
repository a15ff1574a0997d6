/** Tasks driven by hand, and found again by their id. */
import { isObject, type Notification, type Params, type Result } from '@lutra/core'
import { sleep } from '@lutra/core/wait'
import { askPatiently } from './ask-patiently.ts'
import { byHand, endOf, stateOf } from './follow.ts'
import { newsWithin } from './news-within.ts'
import { pollOf, readTask } from './read-task.ts'
import { waitAfter } from './transient.ts'
import { type DetailedTask, isEnded } from './words.ts'

/** What a handle needs of a client. */
export interface TaskClient {
  request(method: string, params?: Params, options?: RequestOptions): Promise<Result>
  listen(filter: { readonly taskIds: readonly string[] }, options?: RequestOptions): Listening
}

interface RequestOptions {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}

interface Listening extends AsyncIterable<Heard> {
  close(): void
}

type Heard =
  | { readonly type: 'other'; readonly notification: Notification }
  | { readonly type: 'gap' | 'tools' | 'prompts' | 'resources' | 'resource' }

/** One task of a server. Its `id` is all that has to be kept to find it again. */
export interface TaskHandle {
  readonly id: string
  /** What it is now. */
  status(options?: RequestOptions): Promise<DetailedTask>
  /** What it becomes, each state once, until it has ended: heard from the server, and looked for where nothing is heard. */
  updates(options?: {
    readonly signal?: AbortSignal
  }): AsyncGenerator<DetailedTask, void, undefined>
  /** Answers some of its questions, by their keys. */
  answer(inputResponses: Readonly<Record<string, unknown>>, options?: RequestOptions): Promise<void>
  /** Asks it to end; it may still come to its result. */
  cancel(options?: RequestOptions): Promise<void>
  /** Its result, as the call would have had it; the client's handlers answer what it asks. Throws as the call would have. */
  result(options?: RequestOptions): Promise<Result>
}

/** Calls a tool for its task. A server may answer at once instead: then the handle has its end already. */
export async function startTask(
  client: TaskClient,
  name: string,
  args: Params = {},
): Promise<TaskHandle> {
  const result = await client.request('tools/call', { name, arguments: args, [byHand]: true })
  if (result.resultType !== 'task') return endedHandle(result)
  return handleOf(client, readTask(result).taskId, name)
}

/** Finds a task again by its id. `name` is the tool that it was made by, for the middleware of the client that `result` passes through. */
export function resumeTask(client: TaskClient, id: string, name = ''): TaskHandle {
  return handleOf(client, id, name)
}

function handleOf(client: TaskClient, id: string, name: string): TaskHandle {
  const params = { taskId: id }
  const status = async (options?: RequestOptions) =>
    readTask(await client.request('tasks/get', params, options), id)
  return {
    id,
    status,
    updates: ({ signal } = {}) => watch(client, id, { status, signal }),
    async answer(inputResponses, options) {
      await client.request('tasks/update', { ...params, inputResponses }, options)
    },
    async cancel(options) {
      await client.request('tasks/cancel', params, options)
    },
    result: (options) =>
      client.request('tools/call', { name, arguments: {}, requestState: stateOf(id) }, options),
  }
}

/** Looks until the server can be reached, and hears of news meanwhile where it tells any. */
async function* watch(
  client: TaskClient,
  id: string,
  { status, signal }: Watching,
): AsyncGenerator<DetailedTask, void, undefined> {
  const over = new AbortController()
  const within = { signal: signal ? AbortSignal.any([over.signal, signal]) : over.signal }
  const news = hear(client, id, within)
  const look = () => askPatiently(() => status(within), within)
  try {
    let told: string | undefined
    let task = await look()
    for (;;) {
      const { status: state, statusMessage, lastUpdatedAt, inputRequests = {} } = task
      const seen = JSON.stringify([state, statusMessage, lastUpdatedAt, Object.keys(inputRequests)])
      if (seen !== told) yield task
      told = seen
      if (isEnded(task.status)) return
      task = (await news.next(task)) ?? (await look())
    }
  } finally {
    over.abort()
  }
}

interface Watching {
  readonly status: (options?: RequestOptions) => Promise<DetailedTask>
  readonly signal: AbortSignal | undefined
}

interface Within {
  readonly signal: AbortSignal
}

/** The tasks that a subscription tells of; undefined when it is time to look for oneself. */
function hear(client: TaskClient, id: string, within: Within) {
  let waiting: DetailedTask | undefined
  let wake = () => {}

  // A server that tells nothing is looked at instead, and asked again for what it may tell later.
  async function listen(): Promise<void> {
    for (let count = 0; !within.signal.aborted; count++) {
      let waitMs: number | undefined = waitAfterEnd * (1 + Math.random())
      try {
        for await (const change of client.listen({ taskIds: [id] }, within)) {
          count = 0
          const task = change.type === 'other' ? taskOf(change.notification, id) : undefined
          if (task) waiting = task
          if (task || change.type === 'gap') wake()
        }
      } catch (error) {
        waitMs = waitAfter(error, count)
      }
      if (waitMs === undefined) return
      await sleep(waitMs, within.signal)
    }
  }
  listen().catch(() => {})

  return {
    async next(task: DetailedTask): Promise<DetailedTask | undefined> {
      if (!waiting) {
        const news = new Promise<void>((resolve) => {
          wake = resolve
        })
        await newsWithin(pollOf(task), news, within.signal)
      }
      const heard = waiting
      waiting = undefined
      return heard
    },
  }
}

/** Milliseconds before a subscription that the server has ended in peace is opened again. */
const waitAfterEnd = 1000

function taskOf({ method, params }: Notification, id: string): DetailedTask | undefined {
  if (method !== 'notifications/tasks' || !isObject(params)) return undefined
  try {
    return readTask({ resultType: 'complete', ...params }, id)
  } catch {
    return undefined
  }
}

/** The handle of a call that was answered at once. */
function endedHandle(result: Result): TaskHandle {
  const now = new Date().toISOString()
  const task: DetailedTask = {
    taskId: '',
    status: 'completed',
    createdAt: now,
    lastUpdatedAt: now,
    ttlMs: null,
    result,
  }
  return {
    id: '',
    status: async () => task,
    async *updates() {
      yield task
    },
    answer: async () => {},
    cancel: async () => {},
    result: async () => endOf(task),
  }
}
