import { createServer, resource, ToolError, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { z } from 'zod'
import { askingTools } from '../everything/asking-tools.ts'
import { contentTools } from '../everything/content-tools.ts'
import { prompts } from '../everything/prompts.ts'
import { resources } from '../everything/resources.ts'
import { sessionTools } from '../everything/session-tools.ts'

// The older transports are meant here, and need no warning.
process.noDeprecation = true

/** What peers walk through: everything that the official suite looks for, in pages, and what it does not look for. */
export function createPeerServer() {
  let begun = 0
  let given = 0
  const sum = tool({
    name: 'sum',
    description: 'Adds two numbers',
    input: z.object({ a: z.number(), b: z.number() }),
    output: z.object({ total: z.number() }),
    hints: { readOnly: true },
    run({ a, b }) {
      if (a < 0) throw new ToolError('Too small')
      return { total: a + b }
    },
  })
  const numbers = tool({
    name: 'numbers',
    description: 'Gives a list, which the older revisions have no structured form for',
    output: z.array(z.number()),
    run: () => [1, 2, 3],
  })
  const hang = tool({
    name: 'hang',
    description: 'Never answers; counts who gave up',
    run: (_, { signal }) =>
      new Promise<string>((_, reject) => {
        begun += 1
        signal.addEventListener('abort', () => {
          given += 1
          reject(signal.reason)
        })
      }),
  })
  const givenUp = tool({
    name: 'given_up',
    description: 'How many calls of hang were given up',
    run: () => String(given),
  })
  const hasBegun = tool({
    name: 'begun',
    description: 'How many calls of hang have begun',
    run: () => String(begun),
  })
  const visit = tool({
    name: 'visit',
    description: 'Sends the user to a page',
    async run(_, ctx) {
      const answer = await ctx.askUrl('page', 'Please sign in', 'https://example.test/in')
      return `visit: ${answer.action}`
    },
  })
  const touch = tool({
    name: 'touch',
    description: 'Changes all that can be listened to',
    run() {
      server.notify.toolsChanged()
      server.notify.promptsChanged()
      server.notify.resourcesChanged()
      server.notify.resourceUpdated('test://watched-resource')
      return 'touched'
    },
  })
  const cities = resource({
    uri: 'city://{country}/{city}',
    name: 'city',
    description: 'A city',
    complete: { city: (value) => ['Basel', 'Bern'].filter((one) => one.startsWith(value)) },
    read: ({ country, city }) => `${city} in ${country}`,
  })
  const server = createServer({
    name: 'lutra-peers',
    version: '0.1.0',
    instructions: 'One of everything, for peers.',
    tools: [
      sum,
      numbers,
      hang,
      hasBegun,
      givenUp,
      visit,
      touch,
      ...contentTools,
      ...askingTools,
      ...sessionTools,
    ],
    resources: [...resources, cities],
    prompts,
    pageSize: 10,
    logger: { warn() {}, error() {} },
  })
  return server
}

/** Our server over HTTP, at both of the older addresses too. */
export async function startOurServer() {
  const { url, close } = await serveNode(createPeerServer(), { closeTimeoutMs: 500 }).listen()
  return { url, sse: new URL('/sse', url).href, [Symbol.asyncDispose]: () => close() }
}
