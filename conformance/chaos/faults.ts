import { setTimeout as pause } from 'node:timers/promises'
import type { DatabaseServer } from '../engines/start-server.ts'
import type { TcpProxy } from '../engines/tcp-proxy.ts'
import type { ChaosOptions } from './chaos.ts'
import type { Processes } from './processes.ts'

export interface Faults {
  readonly counts: { restarts: number; cuts: number; connections: number }
  /** Makes no more of them, and resolves when what was taken away is there again. */
  stop(): Promise<void>
}

interface Targets {
  readonly processes: Processes
  readonly database: DatabaseServer
  readonly proxy: TcpProxy
}

/** Kills, freezes, cuts and restarts, each kind in a rhythm of its own. */
export function makeFaults(
  targets: Targets,
  { every, skews, leaseMs, faultsMs }: ChaosOptions,
): Faults {
  const { processes, database, proxy } = targets
  const counts = { restarts: 0, cuts: 0, connections: 0 }
  const stopping = new AbortController()
  const enough = setTimeout(() => stopping.abort(), faultsMs)
  const any = () => Math.floor(Math.random() * skews.length)

  async function repeat(ms: number, fault: () => Promise<void> | void): Promise<void> {
    if (ms <= 0) return
    for (;;) {
      await pause(ms, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      await fault()
    }
  }

  async function restart(): Promise<void> {
    await database.kill()
    counts.restarts++
    await pause(300)
    // What the old one leaves behind may still be in its way for a moment.
    for (let attempts = 0; ; attempts++) {
      try {
        return await database.start()
      } catch (error) {
        if (attempts >= 20) throw error
        await database.kill()
        await pause(250)
      }
    }
  }

  const running = Promise.all([
    repeat(every.kill, () => processes.kill(any())),
    repeat(every.freeze, () => processes.freeze(any(), leaseMs * 1.5)),
    repeat(every.cut, () => {
      counts.cuts++
      counts.connections += proxy.cut()
    }),
    repeat(every.restart, restart),
  ])
  return {
    counts,
    async stop() {
      clearTimeout(enough)
      stopping.abort()
      await running
    },
  }
}
