import { createServer, type Server, tool } from '@lutra/server'
import { createAskingTools } from './asking-tools.ts'
import { createBusyTools } from './busy-tools.ts'
import { plainTools } from './plain-tools.ts'
import { prompts, resources } from './things.ts'

/** The server that all wires lead to: everything that it does, it can be made to do by a call. */
export function createWorkshop() {
  let listed = 0
  const extra = tool({ name: 'extra', description: 'Comes and goes', run: () => 'extra' })
  const ownTools = [
    tool({
      name: 'grow',
      description: 'Adds a tool',
      run: () => {
        server.add(extra)
        return 'grown'
      },
    }),
    tool({
      name: 'shrink',
      description: 'Takes the tool away again',
      run: () => String(server.remove('tool', 'extra')),
    }),
    tool({
      name: 'touch',
      description: 'Says that everything has changed',
      run: () => {
        server.notify.promptsChanged()
        server.notify.resourcesChanged()
        server.notify.resourceUpdated('note://other')
        server.notify.resourceUpdated('note://plain')
        server.notify.toolsChanged()
        return 'touched'
      },
    }),
    tool({
      name: 'listed',
      description: 'How often the tools were listed',
      run: () => String(listed),
    }),
    tool({
      name: 'end_subscriptions',
      description: 'Ends every subscription',
      run: () => {
        setImmediate(() => void server.close())
        return 'ending'
      },
    }),
  ]
  const server: Server = createServer({
    name: 'workshop',
    version: '1.2.3',
    instructions: 'Use it well',
    tools: [...plainTools, ...createBusyTools(), ...createAskingTools(), ...ownTools],
    resources,
    prompts,
    mount: {
      annex: createServer({
        name: 'annex',
        version: '1.0.0',
        tools: [
          tool({ name: 'hello', description: 'Greets', run: () => 'from the annex' }),
          tool({
            name: 'vault',
            description: 'For the user of the process, and whoever may',
            scopes: ['vault'],
            run: () => 'open',
          }),
        ],
      }),
    },
    middleware: [
      (next) => (call) => {
        if (call.method === 'tools/list') listed += 1
        return next(call)
      },
    ],
    pageSize: 10,
    cache: { 'tools/list': { ttlMs: 60_000 } },
    limits: { notificationsPerSecond: 10_000 },
    logger: { warn() {}, error() {} },
  })
  return server
}
