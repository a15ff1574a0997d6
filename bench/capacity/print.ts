/** A capacity as the lines of a table, with what follows from it for so many clients. */
import type { Capacity } from '../capacity.ts'

export type Line = readonly [what: string, value: string]

export function printCapacity(capacity: Capacity, clients: number): readonly Line[] {
  const { processors, many, callsPerSecond, changesPerSecond } = capacity
  const listening = clients / 5
  return [
    ['processors of this machine, shared with the load', String(processors)],
    ['calls in a second: a tool that answers at once', count(callsPerSecond)],
    ...[...capacity.tasksPerSecond].map(
      ([engine, rate]): Line => [
        `tasks in a second, made, run and seen to end: ${engine}`,
        count(rate),
      ],
    ),
    ...[...capacity.weights].map(
      ([what, { heap, rss }]): Line => [
        `${what}, of ${count(many)}: heap, and memory of the system`,
        `${kilobytes(heap)}, ${kilobytes(rss)}`,
      ],
    ),
    ['changes told in a second, over all subscriptions', count(changesPerSecond)],
    [
      'until a change has reached 10,000 who listen',
      `${(10_000 / changesPerSecond).toPrecision(2)} s`,
    ],
    ...[1, 6, 60, 600].map(
      (perHour): Line => [
        `processes for ${count(clients)} clients, one in five of which listens, ${perHour} ${perHour === 1 ? 'call' : 'calls'} an hour each`,
        count(
          processesFor({ callsPerSecond: (clients * perHour) / 3600, listening }, callsPerSecond),
        ),
      ],
    ),
    [
      `memory for the streams of all of these, over all processes`,
      `${((listening * (capacity.weights.get('an open subscription')?.rss ?? 0)) / 1e9).toPrecision(2)} GB`,
    ],
  ]
}

/** What there is to do, by the two bounds of a process: seven tenths of the calls that it can take, and 10,000 subscriptions. */
function processesFor(
  { callsPerSecond, listening }: { callsPerSecond: number; listening: number },
  most: number,
): number {
  return Math.ceil(Math.max(callsPerSecond / (0.7 * most), listening / 10_000))
}

function count(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en')
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
