import { safeLine } from './safe-text.ts'
import { pad, shorten, shortenMiddle, widthOf, wrap } from './width.ts'

/**
 * What a column does where a terminal is too narrow: it stays whole, as one pastes what is in it, it loses its middle or its end,
 * or it goes on below, which the last column alone can.
 */
export type Column = 'whole' | 'middle' | 'end' | 'wrap'

type Row = readonly string[]

/** Rows as columns that line up. Columns that have no room left stand on a line of their own below, for all rows alike. */
export function alignRows(
  rows: readonly Row[],
  columns: readonly Column[],
  width: number,
): string[] {
  const safe = rows.map((row) => columns.map((_, at) => safeLine(row[at] ?? '')))
  const natural = columns.map((kind, at) => {
    const most = Math.max(0, ...safe.map((row) => widthOf(row[at] ?? '')))
    // What is cut leaves as much room to what is behind it.
    return kind === 'whole' || at === columns.length - 1
      ? most
      : Math.min(most, Math.floor(width / 2))
  })
  const groups = groupsOf({ columns, natural, width })
  return safe.flatMap((row) =>
    groups.flatMap((group) => linesOf(row, group)).filter((line) => line !== ''),
  )
}

/** Rows for other programs: a line each, tabs between the cells. Nothing is cut. */
export function tabRows(rows: readonly Row[]): string[] {
  return rows.map((row) => row.map((cell) => safeLine(cell, Infinity)).join('\t'))
}

interface Table {
  readonly columns: readonly Column[]
  readonly natural: readonly number[]
  readonly width: number
}

/** Columns that stand on one line, from `first` on. */
interface Group {
  readonly indent: number
  readonly cells: readonly { readonly at: number; readonly kind: Column; readonly width: number }[]
}

function groupsOf({ columns, natural, width }: Table): Group[] {
  const least = columns.map((kind, at) => Math.min(natural[at] ?? 0, enough[kind]))
  const groups: Group[] = []
  for (let first = 0; first < columns.length; ) {
    const indent = first === 0 ? 2 : 6
    let spare = width - indent - (least[first] ?? 0)
    let end = first + 1
    for (; end < columns.length && spare >= gap + (least[end] ?? 0); end++) {
      spare -= gap + (least[end] ?? 0)
    }
    const cells = columns.slice(first, end).map((kind, nth) => {
      const at = first + nth
      const more = Math.max(0, Math.min((natural[at] ?? 0) - (least[at] ?? 0), spare))
      spare -= more
      return { at, kind, width: (least[at] ?? 0) + more }
    })
    groups.push({ indent, cells })
    first = end
  }
  return groups
}

/** With how many characters a column still says something. */
const enough: Record<Column, number> = { whole: Infinity, middle: 40, end: 24, wrap: 24 }
const gap = 2

function linesOf(row: Row, { indent, cells }: Group): string[] {
  const parts = cells.map(({ at, kind, width }) => cut(row[at] ?? '', kind, width))
  const before = cells.slice(0, -1).reduce((sum, cell) => sum + cell.width + gap, indent)
  const [first = '', ...rest] = parts.at(-1) ?? []
  const line = [...parts.slice(0, -1).map(([text = '']) => text), first]
    .map((text, nth) => pad(text, cells[nth]?.width ?? 0))
    .join(' '.repeat(gap))
  const whole = ' '.repeat(indent) + line
  return [whole, ...rest.map((text) => ' '.repeat(before) + text)].map((text) => text.trimEnd())
}

function cut(text: string, kind: Column, width: number): readonly string[] {
  switch (kind) {
    case 'whole':
      return [text]
    case 'middle':
      return [shortenMiddle(text, width)]
    case 'end':
      return [shorten(text, width)]
    case 'wrap':
      return wrap(text, width)
  }
}
