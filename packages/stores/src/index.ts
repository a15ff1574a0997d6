/** Engines for what a server remembers, by the URL of where that is. */
import { createMemoryBus, createMemoryStore } from '@lutra/core'
import type { Engine, EngineOptions } from './engine.ts'

/**
 * Opens the engine that a URL names: `postgres://…`, `redis://…` or `rediss://…`, `file:…` for PGlite in a folder, `memory:` for this
 * process alone. Loads only what that engine needs.
 */
export async function openEngine(url: string, options: EngineOptions = {}): Promise<Engine> {
  if (url === 'memory:') {
    return {
      store: createMemoryStore(),
      bus: createMemoryBus(options.onError),
      close: async () => {},
    }
  }
  if (/^(?:postgres|postgresql|file):/.test(url)) {
    const { openPostgres } = await import('./postgres.ts')
    return openPostgres(url, options)
  }
  if (/^rediss?:/.test(url)) {
    const { openRedis } = await import('./redis.ts')
    return openRedis(url, options)
  }
  throw new TypeError(
    `No engine for ${schemeOf(url)}; expected postgres://…, redis://…, rediss://…, file:FOLDER or memory:`,
  )
}

/** The scheme alone: the rest of a URL may hold a password. */
function schemeOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0] ?? 'what is no URL'
}

export type { Engine, EngineOptions } from './engine.ts'
