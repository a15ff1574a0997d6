import { startPostgres, startRedis } from '../scripts/start-database.ts'
import type { Database } from './ratio.ts'

/** Starts each of these, gives its URL to `use` and stops it; those that are not installed are left out. */
export async function withDatabases<T>(
  names: readonly Database[],
  use: (name: Database, url: string) => Promise<T>,
): Promise<readonly T[]> {
  const results: T[] = []
  for (const name of names) {
    const database = await starters[name]()
    if (!database) continue
    try {
      results.push(await use(name, database.url))
    } finally {
      await database.stop()
    }
  }
  return results
}

const starters = { PostgreSQL: startPostgres, Redis: startRedis } as const
