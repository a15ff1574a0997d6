/** Entries and messages in PostgreSQL: on a server, or embedded as PGlite. */
import { defaultTimeoutMs, type Engine, type EngineOptions, namespaceOf } from './engine.ts'
import { migrate } from './postgres/migrations.ts'
import { connectPglite } from './postgres/pglite.ts'
import { createPostgresBus } from './postgres/postgres-bus.ts'
import { createPostgresStore } from './postgres/postgres-store.ts'
import { connectServer } from './postgres/server.ts'
import type { Sql } from './postgres/sql.ts'
import { sweep } from './postgres/sweep.ts'
import { withSecrets } from './secrets.ts'

export interface PostgresOptions extends EngineOptions {
  /** Connections to a server besides the one that hears messages. Default: 10. */
  readonly connections?: number
}

/**
 * Opens an engine in PostgreSQL. `postgres://…` is a server; a path of a folder, or `memory:`, is PGlite within this process, which
 * one process at a time may have open. Makes its tables in a schema of the namespace's name.
 */
export async function openPostgres(where: string, options: PostgresOptions = {}): Promise<Engine> {
  const schema = namespaceOf(options)
  const { onError = () => {}, timeoutMs = defaultTimeoutMs, connections = 10 } = options
  const sql: Sql = /^postgres(?:ql)?:/.test(where)
    ? await connectServer(where, { timeoutMs, connections, onError })
    : await connectPglite(where, { timeoutMs, onError })
  try {
    await migrate(sql, schema)
    const bus = createPostgresBus(sql, schema, onError)
    await bus.open()
    const stop = sweep(sql, schema, onError)
    return {
      store: withSecrets(createPostgresStore(sql, schema), options.keys),
      bus,
      async close() {
        await stop()
        await sql.close()
      },
    }
  } catch (error) {
    await sql.close()
    throw error
  }
}

export type { Engine, EngineOptions } from './engine.ts'
