/** A handler with a little of everything, for the tests of the legacy doors. It has no tests of its own. */
import {
  type Bus,
  type Call,
  createMemoryBus,
  createMemoryStore,
  inputRequired,
  invalidParams,
  metaKeys,
  methodNotFound,
  missingCapability,
  type Result,
  type Store,
} from '@lutra/core'

export interface Fixture {
  (call: Call): Promise<Result>
  readonly store: Store
  readonly bus: Bus
  /** The calls that came in, in order. */
  readonly calls: Call[]
  /** How many listen calls are open. */
  readonly listening: () => number
  /** Announces a change to whoever listens. */
  readonly announce: (method: string, params?: Record<string, unknown>) => void
  /** Lets every `slow` call go on. */
  readonly release: () => void
}

export function createFixture(shared: { store?: Store; bus?: Bus } = {}): Fixture {
  const calls: Call[] = []
  const listeners = new Set<Call>()
  const releases = new Set<() => void>()
  let visits = 0

  const methods: Record<string, (call: Call) => Promise<Result> | Result> = {
    'server/discover': () => ({
      ...complete,
      supportedVersions: ['2026-07-28'],
      capabilities: {
        tools: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        logging: {},
      },
      instructions: 'Be kind',
      ttlMs: 0,
      cacheScope: 'private',
      _meta: { [metaKeys.serverInfo]: { name: 'fixture', version: '1.2.3' } },
    }),
    'tools/list': () => ({ ...complete, tools: [], ttlMs: 0, cacheScope: 'private' }),
    'resources/read': ({ params }) => {
      throw invalidParams(`Resource not found: ${params['uri']}`, { uri: params['uri'] })
    },
    'subscriptions/listen': (call) =>
      new Promise((resolve) => {
        listeners.add(call)
        call.notify({
          method: 'notifications/subscriptions/acknowledged',
          params: { notifications: call.params['notifications'] },
        })
        call.signal.addEventListener('abort', () => {
          listeners.delete(call)
          resolve(complete)
        })
      }),
    'tools/call': (call) => tools[String(call.params['name'])]?.(call) ?? unknownTool(),
  }

  const tools: Record<string, (call: Call) => Promise<Result> | Result> = {
    echo: ({ params }) => said(JSON.stringify(params['arguments'] ?? null)),
    meta: ({ meta }) => said(JSON.stringify(meta)),
    crash: () => {
      throw new Error('secret')
    },
    progress: async ({ meta, notify }) => {
      const { progressToken } = meta
      notify({ method: 'notifications/progress', params: { progressToken, progress: 1 } })
      await null
      notify({ method: 'notifications/progress', params: { progressToken, progress: 2 } })
      return said('done')
    },
    slow: ({ signal }) =>
      new Promise((resolve, reject) => {
        releases.add(() => resolve(said('released')))
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
    name: ({ params, meta }) => {
      if (!meta.clientCapabilities.elicitation) throw missingCapability({ elicitation: {} })
      const answers = params['inputResponses'] as Record<string, unknown> | undefined
      if (answers) return said(`${params['requestState']} ${JSON.stringify(answers['who'])}`)
      const requestedSchema = { type: 'object', properties: { name: { type: 'string' } } }
      return inputRequired({
        inputRequests: {
          who: {
            method: 'elicitation/create',
            params: { mode: 'form', message: 'Who?', requestedSchema },
          },
        },
        requestState: 'state-1',
      })
    },
    model: ({ params }) => {
      const answers = params['inputResponses'] as Record<string, unknown> | undefined
      if (answers) return said(JSON.stringify(answers))
      return inputRequired({
        inputRequests: {
          haiku: { method: 'sampling/createMessage', params: { messages: [], maxTokens: 5 } },
          roots: { method: 'roots/list' },
        },
      })
    },
    // Asks for a page until it was visited for the third time.
    page: () => {
      visits += 1
      if (visits > 2) return said('visited')
      return inputRequired({
        inputRequests: {
          go: {
            method: 'elicitation/create',
            params: { mode: 'url', message: 'Go', url: 'https://a.example/go' },
          },
        },
      })
    },
    insatiable: () =>
      inputRequired({ inputRequests: { roots: { method: 'roots/list' } }, requestState: 's' }),
  }

  const handler = async (call: Call) => {
    calls.push(call)
    const method = methods[call.method]
    if (!method) throw methodNotFound(call.method)
    return method(call)
  }
  return Object.assign(handler, {
    store: shared.store ?? createMemoryStore(),
    bus: shared.bus ?? createMemoryBus(),
    calls,
    listening: () => listeners.size,
    announce: (method: string, params: Record<string, unknown> = {}) => {
      for (const { id, notify } of listeners) {
        notify({ method, params: { ...params, _meta: { [metaKeys.subscriptionId]: id } } })
      }
    },
    release: () => {
      for (const release of releases) release()
      releases.clear()
    },
  })
}

const complete = { resultType: 'complete' }

function said(text: string): Result {
  return { ...complete, content: [{ type: 'text', text }] }
}

function unknownTool(): never {
  throw invalidParams('Unknown tool')
}
