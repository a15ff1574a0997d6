/** Who had the processors: the times of this process and of all that descend from it, as Linux tells them. */
import { readdirSync, readFileSync } from 'node:fs'

/** Milliseconds of processor by the name of a program; undefined where the system does not tell. */
export function processorTimes(): ReadonlyMap<string, number> | undefined {
  const all = new Map<number, Stat>()
  try {
    for (const name of readdirSync('/proc')) {
      if (/^\d+$/.test(name)) readStat(Number(name), all)
    }
  } catch {
    return undefined
  }
  const times = new Map<string, number>()
  for (const [pid, { name, ms }] of all) {
    if (!descends(pid, all)) continue
    const who = pid === process.pid ? 'load' : (names.get(name) ?? name)
    times.set(who, (times.get(who) ?? 0) + ms)
  }
  return times
}

interface Stat {
  readonly name: string
  readonly parent: number
  readonly ms: number
}

const names: ReadonlyMap<string, string> = new Map([
  ['node', 'servers'],
  ['postgres', 'database'],
  ['redis-server', 'database'],
])

function readStat(pid: number, all: Map<number, Stat>): void {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name stands in parentheses and may hold anything.
    const end = text.lastIndexOf(')')
    const fields = text.slice(end + 2).split(' ')
    const ticks = Number(fields[11]) + Number(fields[12])
    const name = text.slice(text.indexOf('(') + 1, end)
    all.set(pid, { name, parent: Number(fields[1]), ms: ticks * msOfTick })
  } catch {
    // It has ended meanwhile.
  }
}

const msOfTick = 10

function descends(pid: number, all: ReadonlyMap<number, Stat>): boolean {
  for (let at = pid; at > 1; at = all.get(at)?.parent ?? 0) if (at === process.pid) return true
  return false
}
