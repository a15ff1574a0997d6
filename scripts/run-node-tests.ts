import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { run } from 'node:test'
import { inspect } from 'node:util'
import { root } from './run-command.ts'
import { type Counts, printCounts } from './test-counts.ts'
import { findTests } from './test-files.ts'

/**
 * Runs the `*.test.ts` files below the given paths with Node's own test runner, prints what fails, and ends with the
 * line `N passed, N failed`. A file that holds no test is a failure, and so is a path that holds no file; a
 * file that exports and makes no test of its own is what other tests share, and is not run.
 */
const minutesForOneFile = 6

const paths = process.argv.slice(2)
const files = (await Promise.all(paths.map((path) => findTests(join(root, path))))).flat().sort()
const said = new Set<string>()
const counts = await runFiles(files)
console.log(printCounts(counts))
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0

async function runFiles(files: string[]): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  if (files.length === 0) return counts
  const events = run({
    files,
    concurrency: availableParallelism(),
    timeout: minutesForOneFile * 60_000,
  })
  for await (const { type, data } of events) {
    if (type === 'test:stderr' || type === 'test:stdout') repeat(data.message)
    else if (type === 'test:pass') count(counts, data)
    else if (type === 'test:fail' && data.details.type !== 'suite') fail(counts, data)
    else if (type === 'test:fail' && isOwnFailure(data)) fail(counts, data)
  }
  return counts
}

/** Prints what a test has printed; what each process that loads a library says alike, once. */
function repeat(line: string): void {
  if (said.has(line)) return
  if (line.includes('oidc-provider WARNING: Unsupported runtime')) said.add(line)
  process.stdout.write(line)
}

interface Passed {
  name: string
  file?: string
  skip?: string | boolean
  todo?: string | boolean
  details: { type?: string }
}

interface Failed extends Passed {
  details: { type?: string; error: Error & { failureType?: string } }
}

function count(counts: Counts, test: Passed): void {
  if (test.details.type === 'suite') return
  if (test.skip !== undefined || test.todo !== undefined) {
    counts.skipped += 1
    console.log(`skipped: ${where(test)}: ${test.name} (${test.skip ?? test.todo})`)
  } else if (test.name.endsWith('.test.ts')) {
    counts.failed += 1
    console.log(`failed: ${test.name} holds no test`)
  } else counts.passed += 1
}

function fail(counts: Counts, test: Failed): void {
  counts.failed += 1
  const { error } = test.details
  // With what caused it in turn: a failed property says of itself only that it failed.
  const cause = error.cause instanceof Error ? inspect(error.cause) : error.cause
  console.log(`failed: ${where(test)}: ${test.name}\n${cause ?? error.message}\n`)
}

// A suite fails with its tests, which are counted already, or on its own account, in a hook.
function isOwnFailure(test: Failed): boolean {
  return test.details.error.failureType !== 'subtestsFailed'
}

function where({ file }: Passed): string {
  return file === undefined ? 'unknown file' : relative(root, file)
}
