/** What one process takes, in figures of the machine and the moment: a capacity is reckoned from them. */
import { availableParallelism } from 'node:os'
import { prepare, startContender, withContenders } from './contender.ts'
import { withDatabases } from './databases.ts'
import { measure } from './http/raw-load.ts'
import { call } from './http/requests.ts'
import { openStreams } from './http/streams.ts'
import { measureTasks } from './processes/task-load.ts'
import type { Database, Effort } from './ratio.ts'
import { weighTasks } from './tasks/weigh.ts'

export interface Capacity {
  readonly processors: number
  /** Streams that were open, and tasks that waited. */
  readonly many: number
  readonly callsPerSecond: number
  /** By the name of the engine. */
  readonly tasksPerSecond: ReadonlyMap<string, number>
  readonly changesPerSecond: number
  /** Bytes of heap, and of the system's memory, for one of many. */
  readonly weights: ReadonlyMap<string, { readonly heap: number; readonly rss: number }>
}

/** Measures a process; the load runs beside it on the same processors. */
export async function measureCapacity(effort: Effort): Promise<Capacity> {
  const long = { warmupMs: effort.runMs, runMs: effort.runMs * 10 }
  const callsPerSecond = await measureCalls(long)
  const { weight, changesPerSecond } = await measureStreams(effort)
  const script = await prepare('./tasks/server.ts')
  const weigh = (role: string, question: string) =>
    weighTasks(script, { role, question, count: effort.streams })
  return {
    processors: availableParallelism(),
    many: effort.streams,
    callsPerSecond,
    tasksPerSecond: await measureEngines(long, effort.databases),
    changesPerSecond,
    weights: new Map([
      ['an open subscription', weight],
      ['a task that waits for an answer, in memory', await weigh('run', 'waiting')],
      ['a task that waits for its turn, in memory', await weigh('make', 'listed')],
      ['a task that is over, in memory', await weigh('run', 'ended')],
    ]),
  }
}

type Turn = Pick<Effort, 'warmupMs' | 'runMs'>

async function measureCalls(turn: Turn): Promise<number> {
  const script = await prepare('./http/servers.ts')
  return withContenders([startContender(script, 'ours')], async (...[one]) =>
    measure({ port: one?.port ?? 0, path: '/mcp', connections: 32, ...call, ...turn }),
  )
}

async function measureStreams({ streams, pairs }: Effort) {
  const [servers, load] = [
    await prepare('./http/servers.ts'),
    await prepare('./http/stream-load.ts'),
  ]
  return withContenders(
    [startContender(servers, 'ours'), startContender(load)],
    async (...both) => {
      const [one, other] = both
      if (!one || !other) throw new Error('Both have started')
      const { weight, fanOut } = await openStreams(one, other, streams)
      const rates: number[] = []
      for (let turn = 0; turn < Math.min(pairs, 9); turn++) rates.push(await fanOut())
      rates.sort((a, b) => a - b)
      return { weight, changesPerSecond: rates[Math.floor(rates.length / 2)] ?? 0 }
    },
  )
}

async function measureEngines(
  turn: Turn,
  databases: readonly Database[],
): Promise<ReadonlyMap<string, number>> {
  const script = await prepare('./processes/server.ts')
  const rates = new Map<string, number>()
  const rate = (url: string) =>
    withContenders([startContender(script, url)], async (...[one]) =>
      measureTasks({ port: one?.port ?? 0, callers: 32, ...turn }),
    )
  rates.set('memory', await rate('memory:'))
  await withDatabases(databases, async (name, url) => rates.set(name, await rate(url)))
  return rates
}
