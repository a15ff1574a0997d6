import { StoreError } from '@lutra/core'
import { withinTime } from '../within-time.ts'
import { failed } from './failure.ts'
import { hasRoom } from './has-room-node.ts'
import type { Row, Sql } from './sql.ts'

interface PgliteOptions {
  readonly timeoutMs: number
  readonly onError: (error: unknown) => void
}

/** Opens PostgreSQL embedded in this process: in a folder, or in memory. */
export async function connectPglite(
  where: string,
  { timeoutMs, onError }: PgliteOptions,
): Promise<Sql> {
  const place = where === 'memory:' ? undefined : where.replace(/^file:(?:\/\/)?/, '')
  const kept = await keepOpen(place, onError)
  return {
    query: (text, values = []) =>
      withinTime(
        () => kept.inTurn(async (database) => (await database.query<Row>(text, [...values])).rows),
        { ms: timeoutMs, engine, failed },
      ),
    run: (text) =>
      withinTime(
        () =>
          kept.inTurn(async (database) => {
            await database.exec(text)
          }),
        { ms: timeoutMs * 6, engine, failed },
      ),
    listen: kept.listen,
    close: kept.close,
  }
}

interface Kept {
  /** Does one thing at a time: after a statement that breaks a database, the next would never come back, nor let anything else run. */
  inTurn<T>(work: (database: Database) => Promise<T>): Promise<T>
  readonly listen: Sql['listen']
  close(): Promise<void>
}

/** A database that is opened again where it has broken down. What is in memory alone is gone then, and stays so. */
async function keepOpen(
  place: string | undefined,
  onError: (error: unknown) => void,
): Promise<Kept> {
  const { PGlite } = await load()
  const heard: Parameters<Sql['listen']>[] = []
  let database: Database | undefined = await open(PGlite, place)
  let failure: StoreError | undefined
  let retryAt = 0
  let waitMs = leastWaitMs
  let line: Promise<unknown> = Promise.resolve()

  async function current(): Promise<Database> {
    if (database) return database
    if (place === undefined || performance.now() < retryAt) throw failure
    retryAt = performance.now() + waitMs
    waitMs = Math.min(waitMs * 2, mostWaitMs)
    // Opening takes the whole process most of a second: not before it can succeed.
    if (!(await hasRoom(place))) throw failure
    const fresh = await open(PGlite, place)
    for (const [channel, listen] of heard) await fresh.listen(channel, listen)
    database = fresh
    waitMs = leastWaitMs
    for (const [, , onReady] of heard) onReady()
    return fresh
  }

  function leave(reason: StoreError): void {
    // Not closed: it can do nothing more.
    database = undefined
    failure = reason
    retryAt = performance.now() + waitMs
    onError(reason)
  }

  function inTurn<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const turn = line.then(async () => {
      try {
        return await work(await current())
      } catch (cause) {
        const error = cause instanceof StoreError ? cause : failed(cause, 'PGlite')
        if (isBroken(cause)) leave(error)
        throw error
      }
    })
    line = turn.catch(() => {})
    return turn
  }

  return {
    inTurn,
    async listen(channel, listen, onReady) {
      await inTurn((held) => held.listen(channel, listen))
      heard.push([channel, listen, onReady])
      onReady()
    },
    async close() {
      await line
      await database?.close()
      database = undefined
      failure = new StoreError('PGlite was closed', { code: 'unavailable' })
      retryAt = Number.POSITIVE_INFINITY
    },
  }
}

type Library = Awaited<ReturnType<typeof load>>['PGlite']
type Database = InstanceType<Library>

const engine = 'PGlite'
const leastWaitMs = 500
const mostWaitMs = 2000

async function open(library: Library, folder: string | undefined): Promise<Database> {
  try {
    return await library.create(folder ?? 'memory://')
  } catch (cause) {
    if (folder !== undefined && !(await hasRoom(folder))) {
      const message = `PGlite could not open ${folder}: no space is left on its disk`
      throw new StoreError(message, { code: 'full', cause })
    }
    throw failed(cause, `PGlite in ${folder ?? 'memory:'}`)
  }
}

/** Whether this was the last that a database could say: PostgreSQL panics where it cannot write its log. */
function isBroken(cause: unknown): boolean {
  const { severity, name } = (cause ?? {}) as { severity?: unknown; name?: unknown }
  return severity === 'PANIC' || severity === 'FATAL' || brokenNames.has(String(name))
}

/** What WebAssembly throws when the program within it has ended. */
const brokenNames: ReadonlySet<string> = new Set(['RuntimeError', 'ExitStatus'])

async function load() {
  try {
    return await import('@electric-sql/pglite')
  } catch (cause) {
    throw new TypeError('PGlite is missing: npm install @electric-sql/pglite', { cause })
  }
}
