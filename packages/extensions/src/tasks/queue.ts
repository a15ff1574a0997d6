import { mostSkewMs } from './record.ts'
import type { Waiting } from './wait-list.ts'

/** How many tasks run at once in one process. */
export interface Limits {
  readonly process: number
  readonly principal: number
}

/** Tasks that wait for their turn in this process. */
export interface Queue {
  /** Adds a task, once; one that runs is looked at again afterwards. */
  add(waiting: Waiting): void
  /** Calls `run` for tasks whose turn it is, for as long as there is room; what it resolves to makes room again. */
  pump(): void
  /** Begins no more, and resolves when nothing runs. */
  drain(): Promise<void>
  readonly running: number
  readonly waiting: number
}

export interface QueueOptions {
  readonly limits: Limits
  readonly run: (waiting: Waiting) => Promise<void>
  readonly now: () => number
}

/** A queue in which callers take turns: one who has made a thousand tasks holds up nobody else. */
export function createQueue({ limits, run, now }: QueueOptions): Queue {
  /** Who waits, in the order of their turns; each with their tasks in the order in which they came. */
  const lines = new Map<string, Map<string, Waiting>>()
  /** What runs, and what was heard of it since. */
  const running = new Map<string, Waiting | undefined>()
  const byTool = new Map<string, number>()
  const byPrincipal = new Map<string, number>()
  let open = true
  const longest = limits.process * longestLine
  let idle: (() => void) | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function next(): Waiting | undefined {
    let soonest = Number.POSITIVE_INFINITY
    for (const [principal, line] of lines) {
      if ((byPrincipal.get(principal) ?? 0) >= limits.principal) continue
      for (const waiting of line.values()) {
        if (waiting.notBefore > now()) soonest = Math.min(soonest, waiting.notBefore)
        else if ((byTool.get(waiting.tool) ?? 0) < waiting.concurrency) return take(lines, waiting)
      }
    }
    clearTimeout(timer)
    const inMs = Math.min(Math.max(soonest - now(), 1), 60_000)
    if (soonest < Number.POSITIVE_INFINITY) timer = setTimeout(pump, inMs)
    return undefined
  }

  async function begin(waiting: Waiting): Promise<void> {
    const { id, tool, principal } = waiting
    running.set(id, undefined)
    count(byTool, tool, 1)
    count(byPrincipal, principal, 1)
    try {
      await run(waiting)
    } finally {
      const again = running.get(id)
      running.delete(id)
      if (again) add(again)
      count(byTool, tool, -1)
      count(byPrincipal, principal, -1)
      if (running.size === 0) idle?.()
      pump()
    }
  }

  function pump(): void {
    while (open && running.size < limits.process) {
      const waiting = next()
      if (!waiting) return
      void begin(waiting)
    }
  }

  function add(waiting: Waiting): void {
    if (running.has(waiting.id)) running.set(waiting.id, waiting)
    else if (open) enqueue(lines, { ...waiting, notBefore: dueAt(waiting, now()) }, longest)
  }

  return {
    add,
    pump,
    async drain() {
      open = false
      clearTimeout(timer)
      lines.clear()
      if (running.size > 0) await new Promise<void>((resolve) => (idle = resolve))
    },
    get running() {
      return running.size
    },
    get waiting() {
      return sizeOf(lines)
    },
  }
}

function sizeOf(lines: ReadonlyMap<string, Map<string, Waiting>>): number {
  return [...lines.values()].reduce((sum, line) => sum + line.size, 0)
}

/** When a task may be run, by the clock here: never before its time, nor long after it because a clock is wrong. */
function dueAt({ notBefore, delayMs }: Waiting, now: number): number {
  return Math.min(now + delayMs, notBefore + mostSkewMs)
}

/** Puts a task into the line of its owner, once: at the earliest time of which was heard. */
function enqueue(
  lines: Map<string, Map<string, Waiting>>,
  waiting: Waiting,
  longest: number,
): void {
  const { id, principal, notBefore } = waiting
  const line = lines.get(principal) ?? new Map<string, Waiting>()
  const held = line.get(id)
  // What finds no room is found by a scan once there is.
  if (held ? notBefore >= held.notBefore : line.size >= longest) return
  line.set(id, waiting)
  lines.set(principal, line)
}

/** Tasks of one caller that are kept in mind, for each that may run. */
const longestLine = 50

/** Takes a task out of its line, whose owner goes to the end of the row. */
function take(lines: Map<string, Map<string, Waiting>>, waiting: Waiting): Waiting {
  const { id, principal } = waiting
  const line = lines.get(principal)
  line?.delete(id)
  lines.delete(principal)
  if (line && line.size > 0) lines.set(principal, line)
  return waiting
}

function count(counts: Map<string, number>, key: string, by: number): void {
  const left = (counts.get(key) ?? 0) + by
  if (left > 0) counts.set(key, left)
  else counts.delete(key)
}
