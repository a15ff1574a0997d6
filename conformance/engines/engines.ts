import { createMemoryBus, createMemoryStore } from '@lutra/core'
import { openPostgres } from '@lutra/stores/postgres'
import { openRedis } from '@lutra/stores/redis'
import type { Engine, EnginePair } from '@lutra/stores/suite'
import {
  type DatabaseServer,
  startPostgres,
  startRedis,
  startRedisCluster,
} from './start-server.ts'

/** How long engines that have a server wait for it, in milliseconds. */
export const timeoutMs = 2000

/** An engine under test, opened twice as two processes would. */
export interface Opened extends EnginePair {
  /** The server behind it, where it has one. */
  readonly server?: DatabaseServer
  close(): Promise<void>
}

/** Every engine; undefined where what it stands on is not installed. */
export const engines = new Map<string, () => Promise<Opened | undefined>>([
  [
    'memory',
    async () => {
      const engine = { store: createMemoryStore(), bus: createMemoryBus(), close: async () => {} }
      return { one: engine, two: engine, close: async () => {} }
    },
  ],
  [
    'PGlite',
    async () => {
      const engine = await openPostgres('memory:')
      return { one: engine, two: engine, close: engine.close }
    },
  ],
  ['PostgreSQL', () => openBoth(startPostgres, openPostgres)],
  ['Redis', () => openBoth(startRedis, openRedis)],
  ['Redis cluster', openCluster],
])

type Open = (url: string, options: { timeoutMs: number }) => Promise<Engine>

async function openBoth(
  start: () => Promise<DatabaseServer | undefined>,
  open: Open,
): Promise<Opened | undefined> {
  const server = await start()
  if (!server) return undefined
  const options = { timeoutMs }
  // At once: both make the tables.
  const [one, two] = await Promise.all([open(server.url, options), open(server.url, options)])
  return {
    one,
    two,
    server,
    async close() {
      await Promise.all([one.close(), two.close()])
      await server.stop()
    },
  }
}

async function openCluster(): Promise<Opened | undefined> {
  const nodes = await startRedisCluster()
  if (!nodes) return undefined
  const urls = nodes.map(({ url }) => url)
  const [one, two] = await Promise.all([openRedis(urls), openRedis(urls)])
  return {
    one,
    two,
    async close() {
      await Promise.all([one.close(), two.close()])
      await Promise.all(nodes.map((node) => node.stop()))
    },
  }
}
