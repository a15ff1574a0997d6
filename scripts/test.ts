import { runSuites } from './run-suites.ts'
import { listSuites, type Suite } from './suites.ts'

/** Runs every suite, or those named on the command line: `npm test -- core server`. */
await runSuites(chooseSuites(process.argv.slice(2)).map((suite) => ({ label: suite.name, suite })))

function chooseSuites(names: string[]): Suite[] {
  const suites = listSuites()
  const known = suites.map(({ name }) => name)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new Error(`Unknown suite: ${unknown.join(', ')}. The suites are ${known.join(', ')}.`)
  }
  return names.length === 0 ? suites : suites.filter(({ name }) => names.includes(name))
}
