import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root, runCommand, script } from './run-command.ts'
import { type Counts, printCounts } from './test-counts.ts'

/**
 * Runs every example to its end. An example is a folder with one story: its `client.ts` or `main.ts` starts what it needs, asserts
 * what it shows, and ends; its `*.test.ts` files run too. Each counts as one test.
 */
const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
const stories = readdirSync(join(root, 'examples'), { withFileTypes: true })
for (const { name } of stories.filter((item) => item.isDirectory())) {
  const files = readdirSync(join(root, 'examples', name)).filter(isStart)
  if (files.length === 0) fail(`examples/${name} has nothing to run: no client.ts, main.ts or test`)
  for (const file of files) await runExample(`examples/${name}/${file}`)
}
console.log(printCounts(counts))
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0

function isStart(file: string): boolean {
  return file === 'client.ts' || file === 'main.ts' || file.endsWith('.test.ts')
}

async function runExample(path: string): Promise<void> {
  const { code, output, seconds } = await runCommand(script(path), { timeoutMs: 90_000 })
  // What an example needs may not be installed: it says so, and that is no proof of anything.
  const skipped = code === 0 ? /^Skipped: .*/m.exec(output)?.[0] : undefined
  if (code !== 0) fail(`${path} ended with code ${code}\n${output.trimEnd()}`)
  else counts[skipped === undefined ? 'passed' : 'skipped'] += 1
  console.log(`${code === 0 ? '✓' : '✗'} ${path} (${seconds.toFixed(1)} s) ${skipped ?? ''}`.trim())
}

function fail(complaint: string): void {
  counts.failed += 1
  console.log(complaint)
}
