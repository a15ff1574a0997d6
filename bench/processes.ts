/** What more processes bring: one, two and four of a server behind nginx, beside one without it. */
import { availableParallelism } from 'node:os'
import { find } from '../scripts/start-database.ts'
import { type Contender, prepare, startContender, withContenders } from './contender.ts'
import { withDatabases } from './databases.ts'
import { measure } from './http/raw-load.ts'
import { call } from './http/requests.ts'
import { shareName } from './picture.ts'
import { makeDatabase } from './processes/make-database.ts'
import { startNginx } from './processes/nginx.ts'
import { processorTimes } from './processes/processor-times.ts'
import { measureTasks } from './processes/task-load.ts'
import { type Bench, compareAll, type Effort, type Measure, type Row } from './ratio.ts'

export const processes: Bench = {
  name: 'processes',
  async run(effort) {
    if (!find('nginx')) return []
    const script = await prepare('./processes/server.ts')
    const calls = await compareCalls(script, effort)
    const tasks = await withDatabases(effort.databases, (name, url) =>
      compareTasks({ name, url }, script, effort),
    )
    return [...calls, ...tasks.flat()]
  },
}

function compareCalls(script: string, effort: Effort): Promise<readonly Row[]> {
  const rate = (port: number) => () =>
    measure({ port, path: '/mcp', connections, ...call, ...effort })
  return withGroups({ script, sizes: effort.sizes, urlOf: () => 'memory:' }, (ports) =>
    compareGroups('HTTP tools/call', ports.map(rate), effort),
  )
}

interface Where {
  readonly name: string
  readonly url: string
}

/** Fewer turns, each of them longer: a task takes as long as hundreds of calls. */
function compareTasks({ name, url }: Where, script: string, effort: Effort) {
  const turns = { ...effort, pairs: Math.ceil(effort.pairs / 3), runMs: effort.runMs * 3 }
  const rate = (port: number) => () => measureTasks({ port, callers: connections, ...turns })
  // A database for each group: those that have a pause must not be told what the others do.
  const urlOf = (group: string) => (name === 'PostgreSQL' ? makeDatabase(url, group) : url)
  return withGroups({ script, sizes: effort.sizes, urlOf }, (ports) =>
    compareGroups(`task to its end, ${name}`, ports.map(rate), turns),
  )
}

/** Enough for each of several processes to have more than one request at a time. */
const connections = 32

interface Group {
  readonly script: string
  readonly sizes: readonly number[]
  readonly urlOf: (group: string) => string
}

/** Starts a group of each size, and nginx before them; gives the port of the single process, then those of the groups. */
async function withGroups<T>(
  { script, sizes, urlOf }: Group,
  use: (ports: readonly number[]) => Promise<T>,
): Promise<T> {
  const starting: Promise<Contender>[] = []
  for (const size of sizes) {
    const group = `group${size}`
    const url = urlOf(group)
    for (let at = 0; at < size; at++) starting.push(startContender(script, url, group))
  }
  return withContenders(starting, async (...started) => {
    const all = started.map(({ port }) => port)
    const groups = sizes.map((size) => all.splice(0, size))
    const alone = groups[0]?.[0] ?? 0
    const nginx = await startNginx(groups)
    try {
      return await use([alone, ...(nginx?.ports ?? [])])
    } finally {
      await nginx?.stop()
    }
  })
}

/** The throughput of each group as part of that of one process alone, and who had the processors meanwhile. */
async function compareGroups(
  what: string,
  measures: readonly Measure[],
  effort: Effort,
): Promise<readonly Row[]> {
  const shares = createShares()
  const last = measures.length - 1
  const watched = measures.map((one, at) => (at === last ? () => shares.during(one) : one))
  const [, ...rows] = await compareAll(
    ['alone', ...effort.sizes].map((size) => `${what}, ${size} behind nginx : 1 without`),
    watched,
    effort,
  )
  return [...rows, ...shares.rows((who) => shareName(what, effort.sizes.at(-1) ?? 1, who))]
}

/** Sums up who had the processors while something was measured. */
function createShares() {
  const sums = new Map<string, number>()
  let elapsedMs = 0
  return {
    async during(work: Measure): Promise<number> {
      const [before, began] = [processorTimes(), performance.now()]
      const figure = await work()
      for (const [who, ms] of processorTimes() ?? []) {
        sums.set(who, (sums.get(who) ?? 0) + ms - (before?.get(who) ?? 0))
      }
      elapsedMs += performance.now() - began
      return figure
    },
    rows: (nameOf: (who: string) => string): readonly Row[] =>
      ['load', 'nginx', 'servers', 'database']
        .filter((who) => (sums.get(who) ?? 0) > 0)
        .map((who) => {
          const figures = [sums.get(who) ?? 0, elapsedMs * availableParallelism()] as const
          return { name: nameOf(who), ratio: figures[0] / figures[1], figures }
        }),
  }
}
