import { appendFileSync, readFileSync } from 'node:fs'

/** What happened, written down beside the engine under test: one line each, in the order in which it happened. */
export interface Line {
  /** `began`: the work of a step is done now. `kept`: its result was stored. `submitted`: a task waits for somebody outside. */
  readonly what: 'began' | 'kept' | 'submitted'
  readonly task: string
  readonly step: string
  readonly pid: number
}

/** Appends a line. A process that is killed has written all of it or nothing: it is one call of the system. */
export function writeLine(path: string, line: Omit<Line, 'pid'>): void {
  appendFileSync(path, `${JSON.stringify({ ...line, pid: process.pid })}\n`)
}

export function readLines(path: string): readonly Line[] {
  const text = readFileSync(path, 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}

export interface Audit {
  /** Steps whose result was stored. */
  readonly steps: number
  /** Steps that were begun again before there was a result of them. */
  readonly again: number
  /** Steps that were begun again after their result was stored. */
  readonly doubled: readonly string[]
  /** Steps whose result was stored twice. */
  readonly overwritten: readonly string[]
}

/** What the lines say of the promise that no step is run after its result was stored. */
export function audit(lines: readonly Line[]): Audit {
  const kept = new Map<string, number>()
  const begun = new Map<string, number>()
  const doubled: string[] = []
  const overwritten: string[] = []
  let again = 0
  for (const { what, task, step, pid } of lines) {
    const name = `${task}/${step}`
    if (what === 'kept') {
      if (kept.has(name)) overwritten.push(`${name}: by ${kept.get(name)} and ${pid}`)
      kept.set(name, pid)
    } else if (what === 'began') {
      if (kept.has(name)) doubled.push(`${name}: kept by ${kept.get(name)}, begun by ${pid}`)
      if (begun.has(name)) again++
      begun.set(name, pid)
    }
  }
  return { steps: kept.size, again, doubled, overwritten }
}
