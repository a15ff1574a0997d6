/** The bench's figures as tables: for the terminal, and for `bench/results.md`. */
import { holds, type Row } from './ratio.ts'
import type { Size } from './size.ts'

/** A row for the terminal, with the figures of its median pair; no verdict on what was measured too quickly for one. */
export function printRow(row: Row, isQuick: boolean): string {
  const [ours, theirs] = row.figures.map((figure) =>
    figure.toLocaleString('en', { maximumFractionDigits: 1 }),
  )
  const { name, ratio } = row
  const verdict = (isQuick ? '' : verdictOf(row)).padEnd(6)
  return `${verdict} ${name.padEnd(66)} ${ratio.toFixed(2).padStart(7)} ${targetOf(row).padEnd(10)} (${ours} : ${theirs})`
}

/** A size for the terminal. */
export function printSize(size: Size): string {
  const { name, ours, official } = size
  return `${sizeVerdict(size).padEnd(6)} ${name.padEnd(78)} ${kilobytes(ours)} ${budgetOf(size).padEnd(8)} official ${kilobytes(official)}`
}

/** Everything as a page. */
export function printPage(rows: readonly Row[], sizes: readonly Size[], notes: string): string {
  const lines = rows.map((row) => [row.name, row.ratio.toFixed(2), targetOf(row), verdictOf(row)])
  const weights = sizes.map((size) => [
    size.name,
    kilobytes(size.ours),
    budgetOf(size),
    kilobytes(size.official),
    sizeVerdict(size),
  ])
  return [
    '# What the bench has measured',
    '',
    '`npm run bench -- --write` wrote this page. Every figure is ours divided by the other one: the median of 21 pairs, measured in',
    'turn on one machine, with the load in another process; of 11, 7 or 5 where turns are long. Figures of other machines differ; ratios hardly do.',
    '',
    ...table(['ours : other', 'ratio', 'target', ''], lines),
    '',
    'Kilobytes of a minified bundle after gzip, without schema libraries and validators:',
    '',
    ...table(['bundle', 'ours', 'target', 'official SDK', ''], weights),
    '',
    notes.trim(),
    '',
  ].join('\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}

function verdictOf(row: Row): string {
  if (row.target === undefined) return ''
  return holds(row) ? 'ok' : 'missed'
}

function targetOf({ target, atMost }: Row): string {
  if (target === undefined) return ''
  return `${atMost ? '≤' : '≥'} ${target}`
}

function sizeVerdict({ ours, budget }: Size): string {
  if (budget === undefined) return ''
  return ours <= budget ? 'ok' : 'missed'
}

function budgetOf({ budget }: Size): string {
  return budget === undefined ? '' : `≤ ${budget}`
}

function kilobytes(size: number): string {
  return size.toFixed(1).padStart(5)
}
