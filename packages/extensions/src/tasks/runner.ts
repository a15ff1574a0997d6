/** Runs the tasks that wait, one process among others. */
import { sleep } from '@lutra/core/wait'
import { createQueue, type Limits } from './queue.ts'
import { type RunOptions, runTask } from './run-task.ts'
import type { Waiting } from './wait-list.ts'

export interface Runner {
  start(): void
  /** Lets what runs go on for a while, then gives it back for others to go on with. */
  stop(graceMs: number): Promise<void>
  readonly running: number
}

export interface RunnerOptions extends RunOptions {
  readonly limits: Limits
  readonly scanMs: number
}

export function createRunner(options: RunnerOptions): Runner {
  const { tasks, limits, scanMs, now } = options
  const ending = new AbortController()
  const queue = createQueue({
    limits,
    now,
    run: (waiting) => runTask(waiting, options, ending.signal),
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  let unsubscribe: (() => void) | undefined

  const report = (error: unknown) => {
    options.onError(error, { id: crypto.randomUUID(), method: 'tasks' })
  }

  /** Where the last look has left off. */
  let place: string | undefined

  /** Finds what nobody runs: tasks of processes that are gone, and those whose message was lost. */
  async function scan(): Promise<void> {
    try {
      for (let page = 0; page < mostPages; page++) {
        const { unclaimed, next } = await tasks.waits.look(place)
        for (const waiting of unclaimed) if (!tasks.unreadable.has(waiting.id)) queue.add(waiting)
        place = next
        if (!next) break
        // A store in memory answers at once: calls get their turn between two parts.
        await sleep(0)
        if (ending.signal.aborted) break
      }
      queue.pump()
    } catch (error) {
      report(error)
    }
    // Where there is more, the next look goes on from here: thousands of one caller must not hide those of another.
    if (!ending.signal.aborted) plan(scanMs * (0.75 + Math.random() / 2))
  }

  function plan(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(scan, ms)
  }

  function hear(waiting: Waiting): void {
    queue.add(waiting)
    queue.pump()
  }

  return {
    start() {
      // After a gap all processes look, but not all at once.
      unsubscribe ??= tasks.waits.onAdded(hear, () => plan(Math.random() * Math.min(scanMs, 500)))
      if (timer === undefined) plan(0)
    },
    async stop(graceMs) {
      unsubscribe?.()
      clearTimeout(timer)
      const late = setTimeout(() => ending.abort(new Error('This process ends')), graceMs)
      await queue.drain()
      clearTimeout(late)
      ending.abort()
      clearTimeout(timer)
    },
    get running() {
      return queue.running
    },
  }
}

/** Pages of the list that are read at once. */
const mostPages = 10
