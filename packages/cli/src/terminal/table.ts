import { safeLine } from './safe-text.ts'
import { pad, shorten, widthOf } from './width.ts'

/** Rows as columns that line up, the last one cut to what is left of the width. */
export function alignRows(rows: readonly (readonly string[])[], width: number): string[] {
  const safe = rows.map((row) => row.map((cell) => safeLine(cell)))
  const count = Math.max(0, ...safe.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, at) =>
    Math.min(Math.floor(width / 2), Math.max(...safe.map((row) => widthOf(row[at] ?? '')))),
  )
  return safe.map((row) => {
    const cells = row.map((cell, at) =>
      at === count - 1 ? cell : pad(shorten(cell, widths[at] ?? 0), widths[at] ?? 0),
    )
    return shorten(`  ${cells.join('  ')}`.trimEnd(), width)
  })
}

/** Rows for other programs: a line each, tabs between the cells. */
export function tabRows(rows: readonly (readonly string[])[]): string[] {
  return rows.map((row) => row.map((cell) => safeLine(cell)).join('\t'))
}
