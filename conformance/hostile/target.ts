/** A server with one of everything that can go wrong, and with secrets that no peer may ever read. */
import { type Bus, createMemoryBus, RpcError } from '@lutra/core'
import { createServer, prompt, resource, tool } from '@lutra/server'
import { z } from 'zod'
import type { VictimOptions } from './start-victim.ts'

/** What errors inside the server say: it must stay there. */
export const secret = 'SECRET-hunter2'

/** What is to be seen of a target from beside it. */
export interface TargetState {
  running: number
  started: number
  errors: number
  listening(): number
}

export function createTarget({ keys, name = 'target', asking, limits }: VictimOptions = {}) {
  const { bus, size } = countingBus()
  const state: TargetState = { running: 0, started: 0, errors: 0, listening: size }
  const server = createServer({
    name,
    version: '1.0.0',
    bus,
    pageSize: 5,
    ...(keys && { keys }),
    ...(asking && { asking }),
    ...(limits && { limits }),
    onError: () => {
      state.errors += 1
    },
    logger: { warn() {}, error() {} },
    tools: [...plainTools, ...runningTools(state), ...failingTools, ...oddlyNamed],
    prompts: [
      prompt({
        name: 'greet',
        input: z.object({ who: z.string() }),
        complete: { who: (text) => ['ann', 'bob'].filter((one) => one.startsWith(text)) },
        render: ({ who }) => `Greet ${who}`,
      }),
    ],
    resources: [
      resource({ uri: 'note://one', read: () => 'one' }),
      resource({ uri: 'file://{org}/{+path}{?q*}', read: (params) => JSON.stringify(params) }),
      resource({
        uri: 'note://broken',
        read() {
          throw new Error(secret)
        },
      }),
    ],
  })
  return { server, state }
}

const plainTools = [
  tool({
    name: 'echo',
    description: 'Says it again',
    input: z.object({ text: z.string().default(''), more: z.array(z.number()).optional() }),
    run: ({ text }) => text,
  }),
  tool({
    name: 'mirrored',
    description: 'Wants an argument in a header too',
    input: {
      type: 'object',
      properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
    },
    run: ({ region }) => String(region),
  }),
  tool({
    name: 'ask',
    description: 'Asks who',
    input: z.object({ n: z.number().optional() }),
    async run({ n = 0 }, ctx) {
      const answer = await ctx.ask('who', 'Who?', z.object({ name: z.string() }))
      const { action } = answer
      return { n, action, name: action === 'accept' ? answer.content.name : '' }
    },
  }),
  tool({
    name: 'ask-too',
    description: 'Asks who, too',
    input: z.object({ n: z.number().optional() }),
    run: async (_, ctx) => ctx.ask('who', 'Who?', z.object({ name: z.string() })),
  }),
  tool({
    name: 'own-state',
    description: 'Seals what it is given, and opens what comes back',
    input: z.object({ n: z.number().optional() }),
    async run(_, ctx) {
      return { before: (await ctx.openState()) ?? null, sealed: await ctx.sealState({ a: 1 }) }
    },
  }),
  tool({ name: 'large', description: 'Much', run: () => 'x'.repeat(8 * 1024 * 1024) }),
]

function runningTools(state: TargetState) {
  const counted = async (work: () => Promise<unknown>) => {
    state.running += 1
    state.started += 1
    try {
      return (await work()) ?? ''
    } finally {
      state.running -= 1
    }
  }
  const aborted = (signal: AbortSignal) =>
    new Promise((resolve) => {
      if (signal.aborted) resolve('')
      signal.addEventListener('abort', resolve, { once: true })
    })
  return [
    tool({
      name: 'hang',
      description: 'Waits to be cancelled',
      run: (_, { signal }) => counted(async () => void (await aborted(signal))),
    }),
    tool({
      name: 'hang-loudly',
      description: 'Says something, then waits to be cancelled',
      run: (_, ctx) =>
        counted(async () => {
          ctx.progress(1)
          await aborted(ctx.signal)
        }),
    }),
    tool({
      name: 'ticks',
      description: 'Says something now and then',
      run: (_, ctx) =>
        counted(async () => {
          for (let done = 0; done < 3; done++) ctx.progress(done, 3)
        }),
    }),
    tool({
      name: 'talks',
      description: 'Talks until it is cancelled',
      run: (_, ctx) =>
        counted(async () => {
          for (let done = 0; !ctx.signal.aborted; done++) {
            ctx.progress(done, done, 'x'.repeat(64 * 1024))
            await new Promise((resolve) => setImmediate(resolve))
          }
        }),
    }),
  ]
}

const cyclic: Record<string, unknown> = {}
cyclic['self'] = cyclic

/** What a handler can do wrong, by name. */
const failures: Readonly<Record<string, () => unknown>> = {
  error: () => {
    throw new Error(`${secret} at /etc/passwd`, { cause: new Error(secret) })
  },
  rejection: () => Promise.reject(new TypeError(secret)),
  text: () => {
    throw secret
  },
  nothing: () => {
    throw undefined
  },
  nil: () => {
    throw null
  },
  json: () => {
    throw { message: secret, code: -32000, toJSON: () => secret }
  },
  like: () => {
    throw Object.assign(new Error(secret), { name: 'RpcError', code: -32602, data: secret })
  },
  hostile: () => {
    throw new Proxy(new Error(secret), {
      get() {
        throw new Error(secret)
      },
    })
  },
  cause: () => {
    throw new RpcError('Told', { code: 7, cause: new Error(secret) })
  },
  cyclic: () => cyclic,
  bigint: () => ({ n: 1n, secret }),
  getter: () => ({
    get a() {
      throw new Error(secret)
    },
  }),
  aggregate: () => {
    throw new AggregateError([new Error(secret)], secret)
  },
}

export const failureKinds = Object.keys(failures)

const failingTools = [
  tool({
    name: 'fails',
    description: 'Fails in the way that it is told',
    input: z.object({ how: z.string() }),
    run: ({ how }) => (Object.hasOwn(failures, how) ? failures[how]?.() : 'well'),
  }),
  tool({
    name: 'promises',
    description: 'Gives other output than it promises',
    input: z.object({ secret: z.boolean().optional() }),
    output: z.object({ n: z.number() }),
    run: () => ({ n: secret }) as unknown as { n: number },
  }),
]

const oddlyNamed = ['__proto__', 'constructor', 'toString', 'then', 'hasOwnProperty'].map((name) =>
  tool({ name, description: 'Has a name of the language', run: () => `I am ${name}` }),
)

function countingBus(): { bus: Bus; size: () => number } {
  const bus = createMemoryBus()
  let count = 0
  const subscribe: Bus['subscribe'] = (topic, listen) => {
    const end = bus.subscribe(topic, listen)
    count += 1
    return () => {
      end()
      count -= 1
    }
  }
  return { bus: { publish: bus.publish, subscribe }, size: () => count }
}
