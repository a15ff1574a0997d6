import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { connect } from '@lutra/client/connect'
import { RpcError, StoreError } from '@lutra/core'
import { followTasks, tasks } from '@lutra/extensions/tasks'
import { createServer, tool } from '@lutra/server'
import { createOps } from '@lutra/server/ops-node'
import { serveNode } from '@lutra/server/serve-node'
import { openEngine } from '@lutra/stores'
import { eventually } from '../eventually.ts'
import {
  type DatabaseServer,
  startPostgres,
  startRedis,
  startRedisCluster,
} from './start-server.ts'

const plain = tool({ name: 'plain', description: 'Needs no engine', run: () => 'at once' })
const slow = tool({ name: 'slow', description: 'A task', task: true, run: () => 'done' })

const timeoutMs = 2000

/** A cluster of which one node is known. */
async function startCluster(): Promise<DatabaseServer | undefined> {
  const nodes = await startRedisCluster()
  const [first] = nodes ?? []
  if (!nodes || !first) return undefined
  const all = (what: 'kill' | 'start' | 'stop') => async () => {
    await Promise.all(nodes.map((node) => node[what]()))
  }
  return { url: first.url, kill: all('kill'), start: all('start'), stop: all('stop') }
}

/** A process as an operator would run it, with an engine that may be away. */
async function run(url: string) {
  const engine = await openEngine(url, { timeoutMs })
  const { store, bus } = engine
  const server = createServer({
    name: 'shop',
    version: '1.0.0',
    tools: [plain, slow],
    store,
    bus,
    extensions: [tasks({ store, bus, scanMs: 200, onError() {} })],
    logger: { warn() {}, error() {} },
  })
  const http = await serveNode(server).listen()
  const ops = await createOps({ checks: { store: () => store.get('ready') } }).listen()
  const client = await connect(http.url, { extensions: [followTasks()] })
  return {
    engine,
    plain: async () => (await client.callTool('plain')).text,
    slow: async () => (await client.callTool('slow')).text,
    async ready() {
      const reply = await fetch(`${ops.url}/readyz`)
      return { status: reply.status, text: await reply.text() }
    },
    async close() {
      await client.close()
      await ops.close()
      await http.close()
      await server.close()
      await engine.close()
    },
  }
}

type Running = Awaited<ReturnType<typeof run>>

async function assertAway(process: Running): Promise<void> {
  assert.equal(await process.plain(), 'at once')
  const begun = performance.now()
  await assert.rejects(process.slow(), (error) => {
    assert.ok(error instanceof RpcError, String(error))
    assert.equal(error.code, -32603)
    assert.match(error.message, /^The store is away: try again later/)
    assert.deepEqual(error.data, { retryAfterMs: 2000 })
    return true
  })
  // A few times as long as an answer may take: the library itself would wait for as long as the engine is away.
  assert.ok(performance.now() - begun < 10 * timeoutMs, 'nobody waits long')
  const { status, text } = await process.ready()
  assert.equal(status, 503)
  assert.match(text, /cannot do this now|did not answer|no answer/)
}

async function assertComesBack(process: Running): Promise<void> {
  for (const end = Date.now() + 20_000; (await process.ready()).status !== 200; await pause(50)) {
    if (Date.now() > end) assert.fail(`It stays ${(await process.ready()).text}`)
  }
  // Of a cluster, one node may be there before another.
  const done = async () => (await process.slow().catch(String)) === 'done'
  for (const end = Date.now() + 20_000; !(await done()); await pause(50)) {
    if (Date.now() > end) assert.equal(await process.slow(), 'done')
  }
  assert.equal(await process.plain(), 'at once')
}

for (const [name, start] of [
  ['PostgreSQL', startPostgres],
  ['Redis', startRedis],
  ['Redis cluster', startCluster],
] as const) {
  test(`${name} may be down when a process starts, come up, and go down again: only what needs it fails, and by itself no more`, async (t) => {
    const server = await start()
    if (!server) return t.skip(`${name} is not installed`)
    await server.kill()
    const process = await run(server.url)
    try {
      await assertAway(process)
      // Who listens already hears what comes once it is there.
      const heard: unknown[] = []
      let gaps = 0
      const stop = process.engine.bus.subscribe(
        'news',
        (message) => heard.push(message),
        () => gaps++,
      )
      await stop.ready
      const before = gaps
      await server.start()
      await assertComesBack(process)
      await eventually(() => gaps > before, 'whoever listened is told to look')
      await process.engine.bus.publish('news', 'here')
      await eventually(() => heard.length > 0, 'a message')
      await pause(50)
      assert.deepEqual(heard, ['here'])
      stop()

      await server.kill()
      await assertAway(process)
      await server.start()
      await assertComesBack(process)
    } finally {
      await process.close()
      await server.stop()
    }
  })
}

test('what no waiting would mend is an error when an engine is opened', async (t) => {
  const postgres = await startPostgres()
  if (!postgres) return t.skip('PostgreSQL is not installed')
  try {
    const isTold = (error: unknown) => error instanceof StoreError && /no_such/.test(error.message)
    await assert.rejects(openEngine(postgres.url.replace(/postgres$/, 'no_such')), isTold)
    await assert.rejects(openEngine(postgres.url.replace('lutra@', 'no_such@')), isTold)
  } finally {
    await postgres.stop()
  }
})
