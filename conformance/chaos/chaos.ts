/** Many tasks on several processes behind one address, while one thing after the other is taken away from them. */
import { setMaxListeners } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Engine } from '@lutra/stores'
import { openEngine } from '@lutra/stores'
import { freePort } from '../../scripts/free-port.ts'
import { type DatabaseServer, startPostgres, startRedis } from '../engines/start-server.ts'
import { startTcpProxy, type TcpProxy } from '../engines/tcp-proxy.ts'
import { driveByHand, follow } from './clients.ts'
import { type Faults, makeFaults } from './faults.ts'
import { type Audit, audit, readLines } from './ledger.ts'
import { callAsLegacy } from './legacy-client.ts'
import { type Balancer, findNginx, startNginx } from './nginx.ts'
import { finishOrders } from './outside.ts'
import { bundleServer, type Processes, startProcesses } from './processes.ts'
import { createRecords, type Records } from './records.ts'

export interface ChaosOptions {
  readonly engine: 'postgres' | 'redis'
  readonly clients: number
  readonly tasks: number
  readonly steps: number
  readonly stepMs: number
  readonly leaseMs: number
  /** Milliseconds between two faults of a kind; 0: none of these. */
  readonly every: Readonly<Record<'kill' | 'freeze' | 'cut' | 'restart', number>>
  /** There are no more faults after this long. */
  readonly faultsMs: number
  /** Clients go on making tasks for this long, also where they have made all of theirs. */
  readonly atLeastMs: number
  /** Milliseconds that the clocks of the processes are wrong by. */
  readonly skews: readonly number[]
  /** Milliseconds after which what has not ended has failed. */
  readonly limitMs: number
}

export interface ChaosReport {
  readonly ms: number
  readonly records: Records
  readonly audit: Audit
  readonly processes: Processes['counts']
  readonly faults: Faults['counts']
  /** Tasks that are still on the list of those to be run. */
  readonly left: readonly string[]
  /** What must not have happened. */
  readonly broken: readonly string[]
}

/** What is missing here to run it; undefined: nothing. */
export function missing(): string | undefined {
  return findNginx() ? undefined : 'nginx is not installed'
}

/** Runs it all; undefined where the engine is not installed. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport | undefined> {
  const closers: (() => unknown)[] = []
  try {
    const database = await (options.engine === 'redis' ? startRedis() : startPostgres())
    if (!database) return undefined
    closers.push(database.stop)
    return await runOn(database, options, closers)
  } finally {
    for (const close of closers.reverse()) await close()
  }
}

async function runOn(
  database: DatabaseServer,
  options: ChaosOptions,
  closers: (() => unknown)[],
): Promise<ChaosReport> {
  const { clients, tasks, steps, stepMs, atLeastMs, limitMs } = options
  const folder = mkdtempSync(join(tmpdir(), 'lutra-chaos-'))
  closers.push(() => rmSync(folder, { recursive: true, force: true }))
  const ledger = join(folder, 'ledger.jsonl')
  writeFileSync(ledger, '')
  const engine = await openEngine(database.url, { timeoutMs: 2000, onError: () => {} })
  closers.push(() => engine.close())
  const proxy = await startTcpProxy(new URL(database.url))
  closers.push(() => proxy.close())
  const { processes, balancer } = await serve({ folder, ledger, database, proxy }, options)
  closers.push(() => processes.stop())
  closers.push(() => balancer.stop())

  const record = createRecords()
  const stopping = new AbortController()
  setMaxListeners(0, stopping.signal)
  const limit = setTimeout(() => stopping.abort(), limitMs)
  const begun = performance.now()
  const world = {
    url: balancer.url,
    each: Math.max(1, Math.ceil(tasks / clientsOfTasks(clients))),
    goesOn: () => performance.now() - begun < atLeastMs,
    steps,
    stepMs,
    record,
    signal: stopping.signal,
  }
  const over = new AbortController()
  const outside = finishOrders(engine, ledger, over.signal)
  const faults = makeFaults({ processes, database, proxy }, options)
  await Promise.all(
    Array.from({ length: clients }, (_, at) => {
      const act = isLegacy(at) ? callAsLegacy : at % 3 === 1 ? driveByHand : follow
      return act(world, `client ${at}`)
    }),
  )
  const ms = performance.now() - begun
  clearTimeout(limit)
  await faults.stop()
  const left = await leftOver(engine, options, record)
  over.abort()
  await outside
  const audited = audit(readLines(ledger))
  const broken = judge({ record, audited, left }, stopping.signal.aborted)
  return {
    ms,
    records: record,
    audit: audited,
    processes: processes.counts,
    faults: faults.counts,
    left,
    broken,
  }
}

/** Every tenth client is one of an earlier revision, which makes calls in place of tasks. */
function isLegacy(at: number): boolean {
  return at % 10 === 9
}

function clientsOfTasks(clients: number): number {
  return Array.from({ length: clients }, (_, at) => at).filter((at) => !isLegacy(at)).length
}

interface Ground {
  readonly folder: string
  readonly ledger: string
  readonly database: DatabaseServer
  readonly proxy: TcpProxy
}

async function serve(
  { folder, ledger, database, proxy }: Ground,
  { skews, leaseMs }: ChaosOptions,
): Promise<{ processes: Processes; balancer: Balancer }> {
  const file = await bundleServer(folder)
  const ports = await Promise.all([...skews.keys(), 0].map(freePort))
  const front = ports.pop() ?? 0
  const through = new URL(database.url)
  through.port = String(proxy.port)
  const secret = crypto.randomUUID() + crypto.randomUUID()
  const processes = startProcesses(
    file,
    skews.map((skew, at) => ({
      ENGINE: through.href,
      LEDGER: ledger,
      PORT: String(ports[at]),
      SECRET: secret,
      LEASE_MS: String(leaseMs),
      SKEW_MS: String(skew),
    })),
  )
  const balancer = await startNginx(findNginx() ?? 'nginx', front, ports)
  return { processes, balancer }
}

/**
 * Tasks whose callers never heard of them may go on for a moment; then nobody waits to be run any more. One that asks a caller
 * who never heard of it may stay on the list until it expires: its process was killed between its question and its leaving the list.
 * So may, for some minutes, one that was never written and that nobody heard of: its process was killed while it made it.
 */
async function leftOver(
  { store }: Engine,
  { leaseMs }: ChaosOptions,
  { tasks: told }: Records,
): Promise<readonly string[]> {
  const end = Date.now() + leaseMs * 5 + 5000
  for (let left: readonly string[] = ['of which nobody can say what']; ; await pause(250)) {
    try {
      const ids = (await store.list('tasks.wait/')).map(({ value }) => (value as { id: string }).id)
      const tasks = await store.getMany(ids.map((id) => `tasks.task.${id.slice(0, 1)}/${id}`))
      const states = tasks.map((task) => (task?.value as { status?: string } | undefined)?.status)
      const mayStay = (id: string, at: number) =>
        states[at] === asking || (!tasks[at] && !told.has(id))
      left = ids.flatMap((id, at) => (mayStay(id, at) ? [] : [`${id}: ${states[at]}`]))
      if (left.length === 0) return left
    } catch {
      // The engine is just coming back.
    }
    if (Date.now() > end) return left
  }
}

const asking = 'input_required'

interface Evidence {
  readonly record: Records
  readonly audited: Audit
  readonly left: readonly string[]
}

function judge({ record, audited, left }: Evidence, late: boolean): readonly string[] {
  const open = [...record.tasks].filter(
    ([, { status }]) => !['completed', 'failed', 'cancelled'].includes(status),
  )
  return [
    ...(late ? ['It took longer than it may'] : []),
    ...open.map(([id, { status, kind }]) => `${id} (${kind}) has not ended: ${status}`),
    ...record.faults,
    ...audited.doubled.map((what) => `Run twice: ${what}`),
    ...audited.overwritten.map((what) => `Kept twice: ${what}`),
    ...left.map((what) => `Still on the list: ${what}`),
  ]
}
