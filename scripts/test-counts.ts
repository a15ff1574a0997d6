/** How many tests of a suite passed, failed and were left out. */
export interface Counts {
  passed: number
  failed: number
  skipped: number
}

/** The one plain line in which every suite, and the whole run, ends. */
export function printCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** Reads that line back from the end of what a suite printed; undefined where it ends otherwise. */
export function parseCounts(output: string): Counts | undefined {
  const last = output.trimEnd().split('\n').at(-1) ?? ''
  const match = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(last.trim())
  if (!match) return undefined
  return { passed: Number(match[1]), failed: Number(match[2]), skipped: Number(match[3] ?? 0) }
}
