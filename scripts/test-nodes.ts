import { nodeRuntime } from './node-runtime.ts'
import { type Run, runSuites } from './run-suites.ts'
import { portableSuites } from './suites.ts'

/**
 * Runs the tests that must pass on every supported Node.js version on 22, 24 and 26, or on those named on the command line
 * (`npm run test:nodes -- 24`). The binaries come from npm.
 */
const asked = process.argv.slice(2).map(Number)
const runs: Run[] = []
for (const major of asked.length > 0 ? asked : [22, 24, 26]) {
  const node = await nodeRuntime(major)
  for (const suite of portableSuites()) {
    runs.push({ label: `${suite.name} on Node.js ${major}`, suite, node })
  }
}
await runSuites(runs)
