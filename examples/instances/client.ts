import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import { createMemoryBus, createMemoryStore } from '@lutra/core'
import { createServer, resource, tool } from '@lutra/server'
import { serveHttp } from '@lutra/server/serve-http'
import { z } from 'zod'

// Stand-ins for an engine that all instances reach, such as Redis.
const store = createMemoryStore()
const bus = createMemoryBus()
let level = 1

// #region server
const instance = () => {
  const raise = tool({
    name: 'raise',
    description: 'Raises the water, after asking',
    async run(_, ctx) {
      const answer = await ctx.ask('by', 'By how much?', z.object({ by: z.number() }))
      if (answer.action !== 'accept') return 'Left it'
      level += answer.content.by
      server.notify.resourceUpdated('water://level')
      return `Now at ${level}`
    },
  })
  const water = resource({ uri: 'water://level', read: () => String(level) })
  const server = createServer({
    name: 'lock',
    version: '1.0.0',
    tools: [raise],
    resources: [water],
    keys: [process.env['LUTRA_KEY'] ?? 'the same secret of 32 bytes or more'], // newest first
    store,
    bus,
    asking: { once: store }, // an answer counts once, whichever instance it reaches
  })
  return serveHttp(server)
}
// #endregion

const instances = [instance(), instance()]
let turn = 0
const served: number[] = []

/** A load balancer that gives every request to the next instance. */
const balance = async (input: string | URL | Request, init?: RequestInit) => {
  const at = turn++ % instances.length
  served.push(at)
  const enter = instances[at]
  assert.ok(enter)
  return enter(new Request(input, init))
}

for (const era of ['modern', 'legacy'] as const) {
  await using lock = await connect('https://lock.example/mcp', {
    era,
    fetch: balance,
    answer: { elicit: () => ({ action: 'accept', content: { by: 2 } }) },
  })
  const changes = lock.listen({ resourceSubscriptions: ['water://level'] })
  await changes.acknowledged
  const { text } = await lock.callTool('raise')
  for await (const change of changes) {
    assert.equal(change.type, 'resource')
    break
  }
  console.log(`${era}: ${text}, by instances ${[...new Set(served)].sort().join(' and ')}`)
}
assert.equal(level, 5)
