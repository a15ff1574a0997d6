import { runCommand, script } from './run-command.ts'
import type { Suite } from './suites.ts'
import { type Counts, parseCounts, printCounts } from './test-counts.ts'

// Enough to know a failure again, and no second log.
const linesOfWhy = 12
const linesOfFailures = 120

/** One suite to run, on this Node.js or on another binary of it, under the name that the report gives it. */
export interface Run {
  label: string
  suite: Suite
  node?: string
}

/**
 * Runs suites one after the other. Progress goes to stderr, the output of what fails to stdout. What failed is said once more
 * at the end, as of a long log often only the end is kept; the last line counts everything: `N passed, N failed`. The
 * exit code says the same.
 */
export async function runSuites(runs: Run[]): Promise<void> {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 }
  const failures: string[] = []
  for (const run of runs) {
    const { counts, output } = await runOne(run)
    total.passed += counts.passed
    total.failed += counts.failed
    total.skipped += counts.skipped
    if (counts.failed > 0) failures.push(`── failed in ${run.label} ──`, ...listFailures(output))
  }
  if (total.passed + total.failed === 0) total.failed = 1
  if (failures.length > 0) console.log(`\n${failures.join('\n')}\n`)
  console.log(printCounts(total))
  process.exitCode = total.failed > 0 ? 1 : 0
}

async function runOne({ label, suite, node }: Run): Promise<{ counts: Counts; output: string }> {
  process.stderr.write(`… ${label}\n`)
  const { code, output, seconds } = await runCommand(script(suite.file, suite.args, node), {
    timeoutMs: suite.minutes * 60_000,
  })
  const { counts, problem } = judge(code, parseCounts(output))
  const failed = counts.failed > 0
  if (failed || counts.skipped > 0) console.log(`\n── ${label} ──\n${output.trimEnd()}`)
  if (problem !== undefined) console.log(`${label}: ${problem}`)
  if (failed) console.log('')
  process.stderr.write(
    `${failed ? '✗' : '✓'} ${label}: ${printCounts(counts)} (${seconds.toFixed(1)} s)\n`,
  )
  return { counts, output: problem === undefined ? output : `✗ ${problem}\n${output}` }
}

/** The lines of a suite's output that say which tests failed, each with the first few lines of why. */
export function listFailures(output: string): string[] {
  const lines = output.split('\n')
  const found = lines.flatMap((line, at) => {
    if (!/^\s*(?:✗|failed:) /.test(line)) return []
    const rest = lines.slice(at + 1, at + 1 + linesOfWhy)
    const end = rest.findIndex((next) => /^(?:\s*(?:[✓✗…]|failed:) |\d+ passed, )/.test(next))
    return [line, ...(end === -1 ? rest : rest.slice(0, end))].filter((one) => one.trim() !== '')
  })
  return found.slice(0, linesOfFailures)
}

/** What a finished suite counts for; `problem` says why it counts as failed where no test of it has failed. */
interface Verdict {
  counts: Counts
  problem?: string
}

// In CI whatever a test needs is there, so a test left out is a failure; on a user's machine it is only said.
export function judge(code: number, read: Counts | undefined, ci = inCi()): Verdict {
  if (read === undefined) return failure(`ended with code ${code} and without a count of its tests`)
  if (read.passed + read.failed === 0) return failure('ran no test', read)
  if (code !== 0 && read.failed === 0) return failure(`ended with code ${code}`, read)
  if (ci && read.skipped > 0) {
    return failure(`left ${read.skipped} tests out, which CI does not allow`, read)
  }
  return { counts: read }
}

function inCi(): boolean {
  return process.env['CI'] === 'true'
}

function failure(problem: string, read?: Counts): Verdict {
  const { passed, failed, skipped } = read ?? { passed: 0, failed: 0, skipped: 0 }
  return { counts: { passed, failed: failed + 1, skipped }, problem }
}
