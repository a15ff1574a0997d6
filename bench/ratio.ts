/** One line of the bench's table: how much of the other's figure ours is. */
export interface Row {
  readonly name: string
  /** The median over the pairs. */
  readonly ratio: number
  /** What the ratio must reach, or with `atMost` must not exceed. Absent where it is only shown. */
  readonly target?: number
  readonly atMost?: true
  /** The figures of the median pair, ours first, for orientation. */
  readonly figures: readonly [number, number]
}

/** How much is measured. */
export interface Effort {
  /** How often each comparison is measured. Odd, so that the median is one of the pairs. */
  readonly pairs: number
  readonly warmupMs: number
  readonly runMs: number
  /** Event streams that are open at once, and tasks that wait. */
  readonly streams: number
  /** Tasks that have ended before something is measured. */
  readonly finished: number
  /** Processes of a server, side by side. */
  readonly sizes: readonly number[]
  /** Databases that several processes share. */
  readonly databases: readonly Database[]
}

export type Database = 'PostgreSQL' | 'Redis'

/** Short turns and many of them: what else the machine does meets both sides. */
export const full: Effort = {
  pairs: 21,
  warmupMs: 50,
  runMs: 300,
  streams: 10_000,
  finished: 20_000,
  sizes: [1, 2, 4],
  databases: ['PostgreSQL', 'Redis'],
}

/** Shows that everything runs; its figures say nothing. */
export const quick: Effort = {
  pairs: 1,
  warmupMs: 20,
  runMs: 100,
  streams: 200,
  finished: 100,
  sizes: [1, 2],
  databases: ['Redis'],
}

/** What a bench measures, under the name by which it is asked for. */
export interface Bench {
  readonly name: string
  run(effort: Effort): Promise<readonly Row[]>
}

/** Takes a figure: the higher the better, or the other way round in rows of `atMost`. */
export type Measure = () => number | Promise<number>

/** Measures two things in turn and takes the median of their ratios. */
export async function compare(
  row: Pick<Row, 'name' | 'target' | 'atMost'>,
  [ours, theirs]: readonly [Measure, Measure],
  { pairs }: Effort,
): Promise<Row> {
  // First turns that count for nothing: caches fill and code gets compiled.
  for (let turn = 1; turn < pairs; turn += 5) await measurePair(ours, theirs)
  const measured: [number, number][] = []
  for (let pair = 0; pair < pairs; pair++) {
    // Each goes first every other time.
    if (pair % 2 === 0) measured.push(await measurePair(ours, theirs))
    else {
      const [other, own] = await measurePair(theirs, ours)
      measured.push([own, other])
    }
  }
  measured.sort(([a, b], [c, d]) => a / b - c / d)
  const figures = measured[Math.floor(measured.length / 2)] ?? [0, 1]
  return { ...row, ratio: figures[0] / figures[1], figures }
}

async function measurePair(one: Measure, two: Measure): Promise<[number, number]> {
  const first = await one()
  return [first, await two()]
}

/** Measures several things in turn, and gives for each the median of its ratio to the first, under its name. */
export async function compareAll(
  names: readonly string[],
  measures: readonly Measure[],
  { pairs }: Effort,
): Promise<readonly Row[]> {
  const rounds: (readonly number[])[] = []
  // The first round counts for nothing; each thing comes first, and last, as often as the others.
  for (let round = 0; round <= pairs; round++) {
    const figures: number[] = []
    for (let turn = 0; turn < measures.length; turn++) {
      const at = (turn + round) % measures.length
      figures[at] = (await measures[at]?.()) ?? 0
    }
    if (round > 0) rounds.push(figures)
  }
  return names.map((name, at) => {
    const measured = rounds.map((figures) => [figures[at] ?? 0, figures[0] ?? 1] as const)
    measured.sort(([a, b], [c, d]) => a / b - c / d)
    const figures = measured[Math.floor(measured.length / 2)] ?? [0, 1]
    return { name, ratio: figures[0] / figures[1], figures }
  })
}

/** Whether a row holds. */
export function holds({ ratio, target, atMost }: Row): boolean {
  if (target === undefined) return true
  return atMost ? ratio <= target : ratio >= target
}
