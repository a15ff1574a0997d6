import { mkdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { PGlite } from '@electric-sql/pglite'

export interface Job {
  readonly id: string
  readonly sample: string
}

/** A queue in a table: a job that was taken and not done in a minute is taken again. */
export async function openQueue(folder: string) {
  await mkdir(folder, { recursive: true })
  const db = await PGlite.create(folder)
  await db.exec(
    'CREATE TABLE IF NOT EXISTS jobs (id text PRIMARY KEY, sample text, taken timestamptz)',
  )

  async function next(): Promise<Job | undefined> {
    const { rows } = await db.query<Job>(takeOne)
    return rows[0]
  }

  return {
    async put({ id, sample }: Job): Promise<void> {
      await db.query('INSERT INTO jobs VALUES ($1, $2) ON CONFLICT DO NOTHING', [id, sample])
    },
    async *take(signal: AbortSignal): AsyncGenerator<Job, void, undefined> {
      while (!signal.aborted) {
        const job = await next()
        if (job) yield job
        else await pause(20, undefined, { signal }).catch(() => {})
      }
    },
    async done(id: string): Promise<void> {
      await db.query('DELETE FROM jobs WHERE id = $1', [id])
    },
    close: () => db.close(),
  }
}

const takeOne = `UPDATE jobs SET taken = now() WHERE id = (
  SELECT id FROM jobs WHERE taken IS NULL OR taken < now() - interval '1 minute'
  LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, sample`
