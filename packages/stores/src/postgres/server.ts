import { failed, withinTime } from './failure.ts'
import { createSockets } from './sockets-node.ts'
import type { Row, Sql } from './sql.ts'

interface ServerOptions {
  readonly timeoutMs: number
  readonly connections: number
  readonly onError: (error: unknown) => void
}

/** Connects to a PostgreSQL server, and again after it was away. */
export async function connectServer(url: string, options: ServerOptions): Promise<Sql> {
  const { timeoutMs, connections } = options
  const { default: postgres } = await load()
  const sockets = createSockets()
  const settings = {
    // What the library connects by; its types do not have it.
    socket: sockets.open,
    max: connections,
    connect_timeout: Math.max(1, Math.ceil(timeoutMs / 1000)),
    idle_timeout: 60,
    // Text as it is: versions are wider than numbers.
    fetch_types: false,
    onnotice: () => {},
    connection: { application_name: 'lutra' },
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 2),
  }
  const pool = postgres(url, settings)
  return {
    query: (text, values = []) =>
      withinTime(timeoutMs, async () => {
        const rows = await pool.unsafe<Row[]>(text, [...values] as never[], { prepare: true })
        return rows
      }),
    run: (text) =>
      withinTime(timeoutMs * 6, async () => {
        await pool.unsafe(text).simple()
      }),
    async listen(channel, listen, onReady) {
      await pool.listen(channel, listen, onReady).catch((cause: unknown) => {
        throw failed(cause, 'PostgreSQL could not be listened to')
      })
    },
    async close() {
      await pool.end({ timeout: 1 })
      sockets.close()
    },
  }
}

async function load() {
  try {
    return await import('postgres')
  } catch (cause) {
    throw new TypeError('The library for PostgreSQL is missing: npm install postgres', { cause })
  }
}
