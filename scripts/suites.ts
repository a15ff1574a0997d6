import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run-command.ts'
import { readPackages } from './workspace.ts'

/** A named part of `npm test`: a script whose last line is `N passed, N failed`. */
export interface Suite {
  name: string
  file: string
  args: readonly string[]
  minutes: number
}

/** Every suite, in the order in which they run: what is quick and tells most comes first. */
export function listSuites(): Suite[] {
  return [
    { name: 'check', file: 'scripts/check.ts', args: [], minutes: 5 },
    ...unitSuites(),
    ...behaviourSuites(),
    nodeSuite('bench', 'bench'),
    { name: 'examples', file: 'scripts/run-examples.ts', args: [], minutes: 5 },
    { name: 'official', file: 'conformance/run.ts', args: [], minutes: 10 },
  ]
}

/** The suites that must pass on every supported Node.js version: the packages' own tests and those of behaviour. */
export function portableSuites(): Suite[] {
  return [...unitSuites(), ...behaviourSuites()]
}

function unitSuites(): Suite[] {
  return [
    ...readPackages().map(({ short, folder }) => nodeSuite(short, `${folder}/src`)),
    nodeSuite('scripts', 'scripts'),
  ]
}

// Each folder of conformance/ that holds tests is a suite of its own name: wires, peers, hostile and so on.
function behaviourSuites(): Suite[] {
  const home = join(root, 'conformance')
  if (!existsSync(home)) return []
  return readdirSync(home, { withFileTypes: true })
    .filter((item) => item.isDirectory() && holdsTests(join(home, item.name)))
    .map(({ name }) => nodeSuite(name, `conformance/${name}`))
}

function nodeSuite(name: string, path: string): Suite {
  return { name, file: 'scripts/run-node-tests.ts', args: [path], minutes: 12 }
}

function holdsTests(folder: string): boolean {
  return readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('.test.ts'))
}
