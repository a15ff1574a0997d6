/** The official Inspector's command lines against our server: each era, each transport. */
import { after, before, test } from 'node:test'
import { type Inspector, openInspector } from './inspector.ts'
import { ourProcess } from './our-process.ts'
import { startOurServer } from './our-server.ts'
import { cliWalks, moreCliWalks } from './walk-inspector.ts'
import { mcpdoWalks, moreMcpdoWalks } from './walk-mcpdo.ts'

type Server = Awaited<ReturnType<typeof startOurServer>>

type Target = readonly [options: readonly string[], command: readonly string[]]

interface Wire {
  readonly era: 'modern' | 'legacy'
  /** What comes before a method, and after it. */
  readonly target: (server: Server) => Target
  /** Whether to go through all that there is: the rest of it is the same over every wire, and slow to start. */
  readonly all?: true
}

// mcpdo does not take the --server-url that its help names: the URL goes where a command would.
const http = ({ url }: Server): Target => [['--transport', 'http'], [url]]
const stdio = (): Target => [
  ['--transport', 'stdio'],
  ['--', ourProcess.command, ...ourProcess.args],
]

const wires: Record<string, Wire> = {
  'modern, HTTP': { era: 'modern', target: http, all: true },
  'modern, stdio': { era: 'modern', target: stdio },
  'legacy, HTTP': { era: 'legacy', target: http, all: true },
  'legacy, HTTP+SSE': { era: 'legacy', target: ({ sse }) => [['--transport', 'sse'], [sse]] },
  'legacy, stdio': { era: 'legacy', target: stdio },
}

let inspector: Inspector
let server: Server

before(async () => {
  server = await startOurServer()
  inspector = await openInspector()
})

after(async () => {
  await inspector[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

for (const [name, { era, target, all }] of Object.entries(wires)) {
  test(`mcp-inspector --cli, ${name}`, async (context) => {
    const [options, command] = target(server)
    const run = (method: string, ...args: string[]) =>
      inspector.cli('--method', method, ...args, '--protocol-era', era, ...options, ...command)
    for (const [what, walk] of Object.entries({ ...cliWalks, ...(all && moreCliWalks) })) {
      await context.test(what, () => walk(run, era))
    }
  })

  test(`mcpdo, ${name}`, async (context) => {
    const [options, command] = target(server)
    const connected = await inspector.mcpdo('connect', '--era', era, ...options, ...command)
    const at = String((connected.json as { name?: unknown } | undefined)?.name)
    const run = (...args: string[]) => inspector.mcpdo('--connection', at, ...args)
    const follow = (...args: string[]) => inspector.follow('--connection', at, ...args)
    try {
      for (const [what, walk] of Object.entries({ ...mcpdoWalks, ...(all && moreMcpdoWalks) })) {
        await context.test(what, () => walk({ run, follow }, era))
      }
    } finally {
      await inspector.mcpdo('disconnect', at)
    }
  })
}
