import { failed, withinTime } from './failure.ts'
import type { Row, Sql } from './sql.ts'

/** Opens PostgreSQL embedded in this process: in a folder, or in memory. */
export async function connectPglite(
  where: string,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<Sql> {
  const { PGlite } = await load()
  const place = where === 'memory:' ? 'memory://' : where.replace(/^file:(?:\/\/)?/, '')
  const database = await PGlite.create(place).catch((cause: unknown) => {
    throw failed(cause, `PGlite could not open ${place}`)
  })
  return {
    query: (text, values = []) =>
      withinTime(timeoutMs, async () => {
        const { rows } = await database.query<Row>(text, [...values])
        return rows
      }),
    run: (text) =>
      withinTime(timeoutMs * 6, async () => {
        await database.exec(text)
      }),
    async listen(channel, listen, onReady) {
      await database.listen(channel, listen)
      onReady()
    },
    close: () => database.close(),
  }
}

async function load() {
  try {
    return await import('@electric-sql/pglite')
  } catch (cause) {
    throw new TypeError('PGlite is missing: npm install @electric-sql/pglite', { cause })
  }
}
