/** One line of the bench's table: how much of the other's figure ours is. */
export interface Row {
  readonly name: string
  /** The median over the pairs. */
  readonly ratio: number
  /** What the ratio must reach, or with `atMost` must not exceed. */
  readonly target: number
  readonly atMost?: true
  /** The figures of the median pair, ours first, for orientation. */
  readonly figures: readonly [number, number]
}

/** How often each comparison is measured. Odd, so that the median is one of the pairs. */
export const defaultPairs = 5

/** Measures two things in turn, so that whatever else the machine does meets both, and takes the median of their ratios. */
export async function compare(
  row: Pick<Row, 'name' | 'target' | 'atMost'>,
  [ours, theirs]: readonly [() => Promise<number>, () => Promise<number>],
  pairs: number = defaultPairs,
): Promise<Row> {
  const measured: [number, number][] = []
  for (let pair = 0; pair < pairs; pair++) {
    // Each goes first every other time.
    if (pair % 2 === 0) {
      const own = await ours()
      measured.push([own, await theirs()])
    } else {
      const other = await theirs()
      measured.push([await ours(), other])
    }
  }
  measured.sort(([a, b], [c, d]) => a / b - c / d)
  const figures = measured[Math.floor(measured.length / 2)] ?? [0, 1]
  return { ...row, ratio: figures[0] / figures[1], figures }
}

/** Whether a row holds. */
export function holds({ ratio, target, atMost }: Row): boolean {
  return atMost ? ratio <= target : ratio >= target
}

/** Prints rows as a table. */
export function print(rows: readonly Row[]): void {
  for (const row of rows) {
    const { name, ratio, target, atMost, figures } = row
    const [ours, theirs] = figures.map((figure) =>
      figure.toLocaleString('en', { maximumFractionDigits: 1 }),
    )
    console.log(
      `${holds(row) ? 'ok  ' : 'MISS'} ${name.padEnd(62)} ${ratio.toFixed(2).padStart(8)}  ${atMost ? 'at most' : 'at least'} ${target}   (${ours} : ${theirs})`,
    )
  }
}
