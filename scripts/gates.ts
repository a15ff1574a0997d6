import { build } from './build.ts'
import { joined } from './join-modules.ts'
import { root, runCommand, script } from './run-command.ts'
import { type Package, readPackages } from './workspace.ts'

/** One gate of `npm run check`: what it is called, and a run that says whether it held and why. */
export interface Gate {
  name: string
  run: () => Promise<Outcome>
  /** True where the output is worth reading even when the gate holds. */
  shown?: boolean
}

/** What a gate found. */
export interface Outcome {
  code: number
  output: string
}

/** The gates in two waves: those of the second read what the first one builds. */
export function listGates(): [Gate[], Gate[]] {
  const packages = readPackages()
  const typed = packages.filter(({ entries }) => entries.length > 0)
  const sources = [
    tool('format and lint', ['biome', 'check', '--error-on-warnings', '--colors=off']),
    { name: 'build and platform boundary', run: build },
    tool('types', ['tsc', '-p', 'tsconfig.json', '--noEmit']),
    scripted('package edges', 'check-edges.ts'),
    scripted('words', 'check-words.ts'),
    scripted('lock', 'complete-lock.ts', '--check'),
    scripted('docs snippets', 'docs.ts'),
    scripted('requirements', 'check-requirements.ts'),
    tool('dead code', [
      'knip',
      '--config',
      'scripts/knip.ts',
      '--no-progress',
      '--no-config-hints',
    ]),
  ]
  const built = [
    tool('type tests', ['tsc', '-p', 'scripts/tsconfig.test-d.json']),
    { ...scripted('bundles', 'check-bundles.ts'), shown: true },
    scripted('public surface', 'api.ts'),
    each('publint', packages, ({ folder }) => ['publint', 'run', folder, '--strict']),
    each('published types', typed, ({ folder, whole }) => [
      'attw',
      '--pack',
      folder,
      '--profile=esm-only',
      '--no-emoji',
      '--no-color',
      // Promised to nobody, so it has no types.
      ...(whole === undefined ? [] : ['--exclude-entrypoints', `./${joined}`]),
    ]),
  ]
  return [sources, built]
}

function tool(name: string, command: string[]): Gate {
  return { name, run: () => runCommand(command) }
}

function scripted(name: string, file: string, ...args: string[]): Gate {
  return tool(name, script(`${root}scripts/${file}`, args))
}

function each(name: string, packages: Package[], command: (one: Package) => string[]): Gate {
  const run = async (): Promise<Outcome> => {
    const outcomes: Outcome[] = []
    for (const one of packages) outcomes.push(await runCommand(command(one)))
    const failed = outcomes.filter(({ code }) => code !== 0)
    return { code: failed.length, output: failed.map(({ output }) => output).join('\n') }
  }
  return { name, run }
}
