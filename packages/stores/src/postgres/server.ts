import { StoreError } from '@lutra/core'
import { notUrl } from '../engine.ts'
import { withinTime } from '../within-time.ts'
import { failed } from './failure.ts'
import { createSockets } from './sockets-node.ts'
import type { Row, Sql } from './sql.ts'

interface ServerOptions {
  readonly timeoutMs: number
  readonly connections: number
}

/** Connects to a PostgreSQL server, and again after it was away. */
export async function connectServer(url: string, options: ServerOptions): Promise<Sql> {
  const { timeoutMs, connections } = options
  const { default: postgres } = await load()
  // Longer than anybody waits for an answer.
  const quietMs = timeoutMs * 7
  const sockets = createSockets(quietMs)
  const settings = {
    // What the library connects by; its types do not have it.
    socket: sockets.open,
    max: connections,
    connect_timeout: Math.max(1, Math.ceil(timeoutMs / 1000)),
    idle_timeout: Math.ceil(quietMs / 2000),
    // Text as it is: versions are wider than numbers.
    fetch_types: false,
    onnotice: () => {},
    connection: { application_name: 'lutra' },
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 2),
  }
  const pool = open(postgres, url, settings)
  let waiting = 0
  let pulse: ReturnType<typeof setInterval> | undefined

  /** Queries wait for a connection. While a server hangs, nobody waits for them any more, but they are there. */
  async function send(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    if (waiting >= mostWaiting) throw new StoreError(isBehind, { code: 'unavailable' })
    waiting++
    try {
      const rows = await pool.unsafe<Row[]>(text, [...values] as never[], { prepare: true })
      // The library begins where a result was cut off with its connection: before the first row are as many holes.
      return rows.length === 0 || 0 in rows ? rows : rows.filter(() => true)
    } finally {
      waiting--
    }
  }

  /** Tells itself something from time to time, so that the connection that hears messages is never silent: one that is gets broken off, and made anew. */
  async function hearOneself(): Promise<void> {
    const own = `lutra_pulse_${crypto.randomUUID()}`
    let isAsking = false
    pulse = setInterval(async () => {
      if (isAsking) return
      isAsking = true
      await send("SELECT pg_notify($1, '')", [own]).catch(() => {})
      isAsking = false
    }, quietMs / 4).unref()
    await pool.listen(own, () => {})
  }

  return {
    query: (text, values = []) =>
      withinTime(() => send(text, values), { ms: timeoutMs, engine, failed }),
    run: (text) =>
      withinTime(
        async () => {
          await pool.unsafe(text).simple()
        },
        { ms: timeoutMs * 6, engine, failed },
      ),
    async listen(channel, listen, onReady) {
      // Both, whatever becomes of the first: the library goes on trying.
      const [heard] = await Promise.allSettled([
        pool.listen(channel, listen, onReady),
        hearOneself(),
      ])
      if (heard.status === 'rejected') throw failed(heard.reason, 'LISTEN in PostgreSQL')
    },
    async close() {
      clearInterval(pulse)
      await pool.end({ timeout: 1 })
      sockets.close()
    },
  }
}

/** Reads the URL as the library does, which takes several hosts; what that says of one it cannot read holds the password. */
function open<S, P>(postgres: (url: string, settings: S) => P, url: string, settings: S): P {
  try {
    return postgres(url, settings)
  } catch {
    // biome-ignore lint/style/useErrorCause: the cause has the password.
    throw notUrl()
  }
}

const engine = 'PostgreSQL'
const mostWaiting = 10_000
const isBehind = `PostgreSQL has ${mostWaiting} queries of this process to answer already`

async function load() {
  try {
    return await import('postgres')
  } catch (cause) {
    throw new TypeError('The library for PostgreSQL is missing: npm install postgres', { cause })
  }
}
