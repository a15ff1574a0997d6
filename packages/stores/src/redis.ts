/** Entries and messages in Redis or Valkey: one server, or a cluster. */
import { checkUrl, type Engine, type EngineOptions, namespaceOf, timeoutOf } from './engine.ts'
import { connectRedis } from './redis/connect.ts'
import { createScriptRunner, type Redis } from './redis/connection.ts'
import { connectEventually } from './redis/eventually.ts'
import { createNames } from './redis/names.ts'
import { createRedisBus } from './redis/redis-bus.ts'
import { createRedisStore } from './redis/redis-store.ts'
import { withSecrets } from './secrets.ts'

export interface RedisOptions extends EngineOptions {
  /** Whether the URLs are nodes of a cluster. Default: whether there are several, or the one says that it is. */
  readonly cluster?: boolean
}

/**
 * Opens an engine in Redis or Valkey, by `redis://…` or `rediss://…`. One that is away is
 * connected to once it is there, unless `required`. What it stores survives what the server survives: one that must
 * lose nothing runs with `appendonly yes` and evicts nothing.
 */
export async function openRedis(
  url: string | readonly string[],
  options: RedisOptions = {},
): Promise<Engine> {
  const names = createNames(namespaceOf(options))
  const urls = typeof url === 'string' ? [url] : url
  for (const one of urls) checkUrl(one)
  const { onError = () => {} } = options
  const timeoutMs = timeoutOf(options)
  const connect = (cluster: boolean) => connectRedis(urls, { timeoutMs, cluster, onError })
  const redis = await connectEventually({
    async connect() {
      if (options.cluster ?? urls.length > 1) return connect(true)
      const redis = await connect(false)
      if (options.cluster === false || !(await isCluster(redis))) return redis
      await redis.close()
      return connect(true)
    },
    required: options.required === true,
    onError,
  })
  const parts = { redis, runner: createScriptRunner(redis), names }
  return {
    store: withSecrets(createRedisStore(parts), options.keys),
    bus: createRedisBus(parts, onError),
    close: redis.close,
  }
}

/** One that may not be asked is taken for a server of its own. */
async function isCluster(redis: Redis): Promise<boolean> {
  const told = await redis.send('', ['INFO', 'cluster']).catch(() => '')
  return String(told).includes('cluster_enabled:1')
}

export type { Engine, EngineOptions } from './engine.ts'
