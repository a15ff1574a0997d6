import { type Bus, createMemoryStore, type OnError, type Store } from '@lutra/core'

/** How a server keeps and runs its tasks. */
export interface TasksOptions {
  /** Where tasks are kept. Memory where none is given: they end with the process. */
  readonly store?: Store
  /** How processes hear of each other's changes. Memory where none is given: one process. */
  readonly bus?: Bus
  /**
   * Whether tasks are kept encrypted: arguments, results of steps, questions, answers, what tells of progress, results, and whose they are.
   * The engine must have `keys`. Default: false.
   */
  readonly secret?: boolean
  /** Keeps the tasks of different servers in one store apart. Default: `tasks`. */
  readonly namespace?: string
  /** Tasks that run at once: in this process (16), and of one caller (half of these). */
  readonly concurrency?: { readonly process?: number; readonly principal?: number }
  /**
   * Tasks that have not ended, in all processes together: of one caller (1,000), and of all who are not authenticated (10,000), who cannot be
   * told apart. Never more, however many are made at once; a task counts until it ends, and no longer than its `ttlMs` from when it was made.
   * `Infinity`: no limit, and nothing is counted.
   */
  readonly open?: { readonly principal?: number; readonly anonymous?: number }
  /** Milliseconds for which tasks are kept, where their tool says nothing. Default: a day. */
  readonly ttlMs?: number | null
  /** Milliseconds after which the tasks of a process that is gone are taken up by others. Default: 15,000. */
  readonly leaseMs?: number
  /** Milliseconds between looks for tasks that nobody runs. Default: 5,000. */
  readonly scanMs?: number
  /** Milliseconds that running tasks get to end when the server closes. Default: 5,000. */
  readonly graceMs?: number
  /** Whether this process runs tasks, or only makes them and tells of them. Default: true. */
  readonly run?: boolean
  /** Is told of errors that callers only see with an id. */
  readonly onError?: OnError
  /** Milliseconds since 1970. For tests. */
  readonly now?: () => number
}

/** Where a server keeps its tasks; throws `TypeError` where they are to be secret, and are not there. */
export function storeOf({ store = createMemoryStore(), secret = false }: TasksOptions): Store {
  if (!secret || store.keepsSecrets) return store
  throw new TypeError(
    'tasks({ secret: true }) needs a store that encrypts: open its engine with keys, as by openEngine(url, { keys: [key] }). A key is what "openssl rand -base64 32" prints',
  )
}
