import { tasks } from '@lutra/extensions/tasks'
import { createServer, rateLimit, resource, tool } from '@lutra/server'
import { createOps } from '@lutra/server/ops-node'
import { serveNode } from '@lutra/server/serve-node'
import { openEngine } from '@lutra/stores'
import { z } from 'zod'

const { DATABASE_URL = 'memory:', REDIS_URL = 'memory:', LUTRA_KEYS = '' } = process.env
const { HOST = '127.0.0.1', PORT = '3000', OPS_PORT = '9090', DRAIN_MS = '5000' } = process.env
const { HOSTNAME = 'one' } = process.env

// #region server
const postgres = await openEngine(DATABASE_URL) // what must last
const redis = await openEngine(REDIS_URL) // what is told to all instances, and what is counted
const { store } = postgres
const { bus } = redis
const background = tasks({ store, bus, leaseMs: 3_000, scanMs: 500 })

// #region ops
const ops = createOps({
  checks: { store: () => store.get('ready') }, // without it, this server can do nothing
  gauges: { lutra_tasks_running: () => background.running },
})
// #endregion

const whoami = tool({
  name: 'whoami',
  description: 'Says which instance answers',
  run: () => HOSTNAME,
})
const raise = tool({
  name: 'raise',
  description: 'Raises the water, after asking',
  async run(_, ctx) {
    const answer = await ctx.ask('by', 'By how much?', z.object({ by: z.number() }))
    if (answer.action !== 'accept') return 'Left it'
    const level = await change(answer.content.by)
    server.notify.resourceUpdated('water://level')
    return `Now at ${level}`
  },
})
const survey = tool({
  name: 'survey',
  description: 'Measures the lock, chamber by chamber',
  task: true,
  async run(_, ctx) {
    const by: string[] = []
    for (const chamber of ['first', 'second', 'third']) {
      by.push(
        await ctx.step(chamber, async () => {
          await new Promise((resolve) => setTimeout(resolve, 700))
          return HOSTNAME
        }),
      )
      ctx.progress(by.length, 3, `the ${chamber} chamber, by ${by.at(-1)}`)
    }
    return by.join(' ')
  },
})
const water = resource({ uri: 'water://level', read: async () => String(await level()) })

const server = createServer({
  name: 'lock',
  version: '1.0.0',
  tools: [whoami, raise, survey],
  resources: [water],
  keys: LUTRA_KEYS.split(','), // the newest first
  store,
  bus,
  extensions: [background],
  middleware: [ops.middleware, rateLimit({ perMinute: 600, store: redis.store })],
})
const listening = await serveNode(server, { closeTimeoutMs: 20_000 }).listen(Number(PORT), HOST)
const watched = await ops.listen(Number(OPS_PORT), HOST)
ops.stopOnSignals({
  drainMs: Number(DRAIN_MS),
  close: [listening, watched, redis, postgres],
})
// #endregion
console.log(`${HOSTNAME} serves at ${listening.url}, ops at ${watched.url}`)

/** Changes what is stored, however many instances do so at once. */
async function change(by: number): Promise<number> {
  for (;;) {
    const found = await store.get('level')
    const next = Number(found?.value ?? 1) + by
    if (await store.set('level', next, { ifVersion: found?.version ?? null })) return next
  }
}

async function level(): Promise<number> {
  return Number((await store.get('level'))?.value ?? 1)
}
