import { runCommand, script } from './run-command.ts'
import { listSuites, type Suite } from './suites.ts'
import { type Counts, parseCounts, printCounts } from './test-counts.ts'

/**
 * Runs every suite, or those named on the command line (`npm test -- core server`), one after the other. Progress goes to
 * stderr, the output of what fails to stdout, and the last line counts everything: `N passed, N failed`.
 */
const total: Counts = { passed: 0, failed: 0, skipped: 0 }
for (const suite of chooseSuites(process.argv.slice(2))) {
  const counts = await runSuite(suite)
  total.passed += counts.passed
  total.failed += counts.failed
  total.skipped += counts.skipped
}
if (total.passed + total.failed === 0) total.failed = 1
console.log(printCounts(total))
process.exitCode = total.failed > 0 ? 1 : 0

function chooseSuites(names: string[]): Suite[] {
  const suites = listSuites()
  const known = suites.map(({ name }) => name)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new Error(`Unknown suite: ${unknown.join(', ')}. The suites are ${known.join(', ')}.`)
  }
  return names.length === 0 ? suites : suites.filter(({ name }) => names.includes(name))
}

async function runSuite({ name, file, args, minutes }: Suite): Promise<Counts> {
  process.stderr.write(`… ${name}\n`)
  const { code, output, seconds } = await runCommand(script(file, args), {
    timeoutMs: minutes * 60_000,
  })
  const { counts, problem } = judge(code, parseCounts(output))
  const failed = counts.failed > 0
  if (failed || counts.skipped > 0) console.log(`\n── ${name} ──\n${output.trimEnd()}`)
  if (problem !== undefined) console.log(`${name}: ${problem}`)
  if (failed) console.log('')
  process.stderr.write(
    `${failed ? '✗' : '✓'} ${name}: ${printCounts(counts)} (${seconds.toFixed(1)} s)\n`,
  )
  return counts
}

// In CI whatever a test needs is there, so a test left out is a failure; on a user's machine it is only said.
function judge(code: number, read: Counts | undefined): { counts: Counts; problem?: string } {
  if (read === undefined) return failure(`ended with code ${code} and without a count of its tests`)
  if (read.passed + read.failed === 0) return failure('ran no test')
  if (code !== 0 && read.failed === 0) return failure(`ended with code ${code}`, read)
  if (process.env['CI'] === 'true' && read.skipped > 0) {
    return failure(`left ${read.skipped} tests out, which CI does not allow`, read)
  }
  return { counts: read }
}

function failure(
  problem: string,
  { passed, failed, skipped }: Counts = { passed: 0, failed: 0, skipped: 0 },
): { counts: Counts; problem: string } {
  return { counts: { passed, failed: failed + 1, skipped }, problem }
}
