/** Tasks: what asking about one costs, what making one costs in each engine, and what thousands that wait weigh. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Contender, prepare, startContender, withContenders } from './contender.ts'
import { withDatabases } from './databases.ts'
import { measure } from './http/raw-load.ts'
import { type Asked, call, readTask } from './http/requests.ts'
import { type Bench, compare, type Effort, type Row } from './ratio.ts'
import { weighTasks } from './tasks/weigh.ts'

export const tasks: Bench = {
  name: 'tasks',
  async run(effort) {
    const script = await prepare('./tasks/server.ts')
    const rows = await withContenders([startContender(script, 'memory:')], async (one) => [
      await compareGet(one as Contender, effort),
    ])
    rows.push(...(await compareWeights(script, effort)))
    rows.push(await compareCreation({ name: 'memory', url: 'memory:' }, script, effort))
    const folder = mkdtempSync(join(tmpdir(), 'lutra-bench-pglite-'))
    rows.push(await compareCreation({ name: 'PGlite', url: `file:${folder}` }, script, effort))
    rmSync(folder, { recursive: true, force: true })
    const others = await withDatabases(effort.databases, (name, url) =>
      compareCreation({ name, url }, script, effort),
    )
    return [...rows, ...others]
  },
}

async function compareGet(server: Contender, effort: Effort): Promise<Row> {
  const taskId = String(await server.ask('finished'))
  const rate = (asked: Asked) => () =>
    measure({ port: server.port, path: '/mcp', ...asked, ...effort })
  const name = 'HTTP tasks/get of a finished task : tools/call'
  return compare({ name, target: 0.7 }, [rate(readTask(taskId)), rate(call)], effort)
}

/** What a task weighs that waits for an answer, or for its turn, beside one that is over: none may hold more than its record. */
async function compareWeights(script: string, { streams: count }: Effort): Promise<readonly Row[]> {
  const weigh = (role: string, question: string) => weighTasks(script, { role, question, count })
  const ended = await weigh('run', 'ended')
  const others = [
    ['that wait for an answer', await weigh('run', 'waiting')],
    ['that wait for their turn', await weigh('make', 'listed')],
  ] as const
  return others.flatMap(([what, weight]) =>
    (['heap', 'rss'] as const).map((kind) => ({
      name: `${kind} of one of ${count} tasks ${what} : one that is over`,
      ratio: weight[kind] / ended[kind],
      figures: [weight[kind], ended[kind]],
      atMost: true,
    })),
  )
}

interface Where {
  readonly name: string
  readonly url: string
}

async function compareCreation({ name, url }: Where, script: string, effort: Effort): Promise<Row> {
  return withContenders([startContender(script, url, 'make')], async (one) => {
    const rate = (question: string) => async () => Number(await one?.ask(question, effort.runMs))
    const row = { name: `making a task in ${name} : one bare insert there` }
    const turns = { ...effort, pairs: Math.ceil(effort.pairs / 2) }
    return compare(row, [rate('create'), rate('insert')], turns)
  })
}
