/** Entries and messages in PostgreSQL: on a server, or embedded as PGlite. */
import { type Engine, type EngineOptions, namespaceOf, timeoutOf } from './engine.ts'
import { isPassing } from './postgres/failure.ts'
import { migrate } from './postgres/migrations.ts'
import { connectPglite } from './postgres/pglite.ts'
import { createPostgresBus } from './postgres/postgres-bus.ts'
import { createPostgresStore } from './postgres/postgres-store.ts'
import { connectServer } from './postgres/server.ts'
import type { Sql } from './postgres/sql.ts'
import { sweep } from './postgres/sweep.ts'
import { withSecrets } from './secrets.ts'
import { type Start, start } from './start.ts'

export interface PostgresOptions extends EngineOptions {
  /** Connections to a server besides the one that hears messages. Default: 10. */
  readonly connections?: number
}

/**
 * Opens an engine in PostgreSQL. `postgres://…` is a server; a path of a folder, or `memory:`, is PGlite within this process, which
 * one process at a time may have open. Makes its tables in a schema of the namespace's name. A server that is away is connected to
 * once it is there, unless `required`.
 */
export async function openPostgres(where: string, options: PostgresOptions = {}): Promise<Engine> {
  const schema = namespaceOf(options)
  const { onError = () => {}, connections = 10 } = options
  const timeoutMs = timeoutOf(options)
  const isServer = /^postgres(?:ql)?:/.test(where)
  const sql: Sql = isServer
    ? await connectServer(where, { timeoutMs, connections })
    : await connectPglite(where, { timeoutMs, onError })
  let beginning: Start
  const whenBegun: Sql = {
    ...sql,
    async query(text, values) {
      await beginning.ready()
      return sql.query(text, values)
    },
  }
  const bus = createPostgresBus(whenBegun, schema, onError)
  try {
    beginning = await start({
      async begin() {
        await migrate(sql, schema)
        await bus.open()
      },
      required: options.required === true,
      isPassing,
      onError,
    })
  } catch (error) {
    await sql.close()
    throw error
  }
  const stopSweeping = sweep(whenBegun, schema, { onError, vacuum: !isServer })
  return {
    store: withSecrets(createPostgresStore(whenBegun, schema), options.keys),
    bus,
    async close() {
      await Promise.all([beginning.stop(), stopSweeping()])
      await sql.close()
    },
  }
}

export type { Engine, EngineOptions } from './engine.ts'
