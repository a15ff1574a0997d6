import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeRuntime } from '../../scripts/node-runtime.ts'
import { root, runCommand } from '../../scripts/run-command.ts'
import { type Outcome, readResults } from './results.ts'
import type { Run } from './runs.ts'

// The package has no entry of its own, only a program.
const suite = join(root, 'node_modules/@modelcontextprotocol/conformance/dist/index.js')

// The suite needs a newer Node.js than what it tests.
const suiteNeeds = 24

// All scenarios of clients are run at once, a process each: on a machine with few cores every one of them waits for the others.
const patienceMs = '120000'

/** Runs a part of the official suite, against a server at `url` or the client of this project. */
export async function runSuite({ role, choose }: Run, url: string): Promise<Outcome[]> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'))
  try {
    const target =
      role === 'server' ? ['--url', url] : ['--command', clientCommand(), '--timeout', patienceMs]
    const node = await nodeRuntime(suiteNeeds)
    const command = [node, suite, role, ...target, ...choose, '--output-dir', folder]
    const { output } = await runCommand(command, { timeoutMs: 300_000 })
    const outcomes = await readResults(folder)
    // A suite that found nothing to run has not passed: it was called wrongly, or fell over.
    if (outcomes.length === 0) throw new Error(`The official suite ran nothing:\n${output}`)
    return outcomes
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function clientCommand(): string {
  return `${process.execPath} --import tsx ${join(root, 'conformance', 'client.ts')}`
}
