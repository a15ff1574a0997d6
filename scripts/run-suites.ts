import { runCommand, script } from './run-command.ts'
import type { Suite } from './suites.ts'
import { type Counts, parseCounts, printCounts } from './test-counts.ts'

/** One suite to run, on this Node.js or on another binary of it, under the name that the report gives it. */
export interface Run {
  label: string
  suite: Suite
  node?: string
}

/**
 * Runs suites one after the other. Progress goes to stderr, the output of what fails to stdout, and the last line counts
 * everything: `N passed, N failed`. The exit code says the same.
 */
export async function runSuites(runs: Run[]): Promise<void> {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 }
  for (const run of runs) {
    const counts = await runOne(run)
    total.passed += counts.passed
    total.failed += counts.failed
    total.skipped += counts.skipped
  }
  if (total.passed + total.failed === 0) total.failed = 1
  console.log(printCounts(total))
  process.exitCode = total.failed > 0 ? 1 : 0
}

async function runOne({ label, suite, node }: Run): Promise<Counts> {
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
  return counts
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
