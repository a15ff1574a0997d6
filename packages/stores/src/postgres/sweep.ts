import type { Sql } from './sql.ts'

export interface SweepOptions {
  readonly onError: (error: unknown) => void
  /** Whether nobody else takes away what updates and deletes leave behind, as a server does by itself. */
  readonly vacuum: boolean
}

/** Removes what has expired, now and then; the function that it returns ends that. */
export function sweep(
  sql: Sql,
  schema: string,
  { onError, vacuum }: SweepOptions,
): () => Promise<void> {
  const { entries, messages } = { entries: `${schema}.entries`, messages: `${schema}.messages` }
  let running = Promise.resolve()
  let cleaned = 0

  async function once(): Promise<void> {
    // In parts, and around rows that somebody holds, so that nobody waits for it.
    for (let swept = batch; swept === batch; ) {
      const gone = await sql.query(
        `DELETE FROM ${entries} WHERE key IN (SELECT key FROM ${entries} WHERE expires_at <= clock_timestamp()
          ORDER BY expires_at LIMIT ${batch} FOR UPDATE SKIP LOCKED) RETURNING 1`,
      )
      swept = gone.length
    }
    await sql.query(
      `DELETE FROM ${messages} WHERE sent_at < clock_timestamp() - interval '1 minute'`,
    )
    if (vacuum) await clean()
  }

  // Reads would go over the remains of everything that ever was there.
  async function clean(): Promise<void> {
    const [row] = await sql.query(`SELECT last_value FROM ${schema}.versions`)
    const written = Number(row?.['last_value'])
    if (written - cleaned < batch) return
    cleaned = written
    await sql.query(`VACUUM ANALYZE ${entries}`)
    await sql.query(`VACUUM ${messages}`)
  }

  // Not all processes at once.
  const timer = setInterval(
    () => {
      running = running.then(once).catch(onError)
    },
    sweepEveryMs * (0.75 + Math.random() / 2),
  )
  timer.unref()
  return () => {
    clearInterval(timer)
    return running
  }
}

const batch = 1000
const sweepEveryMs = 30_000
