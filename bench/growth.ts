/** Whether anything costs more the more tasks have ended: with many of them beside with few, in each engine. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { find } from '../scripts/start-database.ts'
import { type Contender, prepare, startContender, withContenders } from './contender.ts'
import { withDatabases } from './databases.ts'
import { makeDatabase } from './processes/make-database.ts'
import { type Bench, compare, type Effort, type Row } from './ratio.ts'

export const growth: Bench = {
  name: 'growth',
  async run(effort) {
    const script = await prepare('./tasks/server.ts')
    const folders = ['few', 'many'].map((name) => mkdtempSync(join(tmpdir(), `lutra-${name}-`)))
    try {
      const urls = folders.map((folder) => `file:${folder}`)
      return await withFilled({ script, urls, effort }, async (few, many) => {
        const filledAt = performance.now()
        const rows = [
          ...(await compareEngine('memory', { script, urls: ['memory:', 'memory:'], effort })),
          ...(await compareServers(script, effort)).flat(),
        ]
        // PGlite cleans up every half a minute.
        if (effort.finished > 1000) await pause(sweepMs - (performance.now() - filledAt))
        return [...rows, ...(await comparePair('PGlite', [few, many], effort))]
      })
    } finally {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    }
  },
}

const sweepMs = 40_000

interface Given {
  readonly script: string
  /** Of the engine for few, and of that for many. */
  readonly urls: readonly string[]
  readonly effort: Effort
}

function compareServers(script: string, effort: Effort) {
  return withDatabases(effort.databases, (name, url) => {
    const isPostgres = name === 'PostgreSQL'
    const urls = ['few', 'many'].map((one) => (isPostgres ? makeDatabase(url, one) : url))
    const settle = isPostgres ? () => vacuum(url) : undefined
    return compareEngine(name, { script, urls, effort }, settle)
  })
}

/** Cleans up, as PostgreSQL does by itself within minutes. */
function vacuum(url: string): void {
  const { hostname, port, username } = new URL(url)
  const args = ['-a', '-q', '-h', hostname, '-p', port, '-U', username]
  execFileSync(find('vacuumdb') ?? 'vacuumdb', args)
}

function compareEngine(
  name: string,
  given: Given,
  settle: () => void = () => {},
): Promise<readonly Row[]> {
  return withFilled(given, (few, many) => {
    settle()
    return comparePair(name, [few, many], given.effort)
  })
}

/** Starts a process over each engine, in which few tasks have ended, and many. */
function withFilled<T>(
  { script, urls, effort }: Given,
  use: (few: Contender, many: Contender) => Promise<T>,
): Promise<T> {
  const starting = urls.map((url, at) => startContender(script, url, 'run', `engine${at}`))
  return withContenders(starting, async (...started) => {
    const [few, many] = started as [Contender, Contender]
    await few.ask('finish', effort.finished / 100)
    await many.ask('finish', effort.finished)
    return use(few, many)
  })
}

async function comparePair(
  engine: string,
  [few, many]: readonly [Contender, Contender],
  effort: Effort,
): Promise<readonly Row[]> {
  const turns = { ...effort, pairs: Math.ceil(effort.pairs / 5) }
  const rate = (one: Contender, question: string) => async () =>
    Number(await one.ask(question, effort.runMs))
  const rows: Row[] = []
  for (const [question, what] of questions) {
    const name = `${engine}, ${what}, ${effort.finished} tasks over : ${effort.finished / 100}`
    const measures = [rate(many, question), rate(few, question)] as const
    // What grows with a hundredfold shows as a hundredth; the depth of an index and a colder cache do not.
    rows.push(await compare({ name, target: 0.5 }, measures, turns))
  }
  return rows
}

const questions = [
  ['look', 'a look for what to run'],
  ['get', 'tasks/get'],
  ['end', 'a task to its end'],
] as const
