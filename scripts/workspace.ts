import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { root } from './run-command.ts'

/** One package of the workspace, as its manifest declares it. */
export interface Package {
  name: string
  /** The folder below `packages/`. */
  short: string
  /** The folder from the root, with forward slashes. */
  folder: string
  dependencies: ReadonlySet<string>
  entries: readonly Entry[]
  /** The file that is all of the package for Node.js, where it has one: for the packages that build on it, promised to nobody. */
  whole: string | undefined
}

/** One path that a package exports: `subpath` is `.` or `./modern`, `name` the file without its ending. */
export interface Entry {
  specifier: string
  name: string
  source: string
  types: string
  script: string
}

interface Manifest {
  name: string
  exports?: Record<string, unknown>
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

/** Every package of the workspace, in the order of the root manifest, which is the order of dependency. */
export function readPackages(): Package[] {
  const manifest = readJson<{ workspaces: string[] }>('package.json')
  return manifest.workspaces.map(readPackage)
}

/** Reads a JSON file by its path from the root. */
export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as T
}

function readPackage(folder: string): Package {
  const manifest = readJson<Manifest>(`${folder}/package.json`)
  return {
    name: manifest.name,
    short: folder.replace('packages/', ''),
    folder,
    dependencies: new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })),
    entries: Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) =>
      isBuilt(target) ? [toEntry(manifest.name, { folder, subpath, target })] : [],
    ),
    whole: wholeOf(manifest),
  }
}

function wholeOf({ exports = {} }: Manifest): string | undefined {
  const target = exports['./joined']
  return typeof target === 'string' ? basename(target) : undefined
}

interface Built {
  types: string
  default: string
}

function isBuilt(target: unknown): target is Built {
  return typeof target === 'object' && target !== null && 'types' in target && 'default' in target
}

function toEntry(
  name: string,
  { folder, subpath, target }: { folder: string; subpath: string; target: Built },
): Entry {
  const file = target.default.replace('./dist/', '').replace(/\.js$/, '')
  return {
    specifier: name + subpath.slice(1),
    name: file,
    source: `${folder}/src/${file}.ts`,
    types: `${folder}/dist/${file}.d.ts`,
    script: `${folder}/dist/${file}.js`,
  }
}
