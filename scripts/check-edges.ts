import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { importsOf } from './imports.ts'
import { root } from './run-command.ts'
import { type Package, readPackages } from './workspace.ts'

/** Which package may import which: the table of docs/architecture.md. The command line may import all. */
const mayImport: Record<string, readonly string[]> = {
  '@lutra/core': [],
  '@lutra/server': ['@lutra/core'],
  '@lutra/client': ['@lutra/core'],
  '@lutra/auth-server': ['@lutra/core', '@lutra/client'],
  '@lutra/extensions': ['@lutra/core'],
  '@lutra/stores': ['@lutra/core'],
  lutra: [
    '@lutra/core',
    '@lutra/server',
    '@lutra/client',
    '@lutra/auth-server',
    '@lutra/extensions',
    '@lutra/stores',
  ],
}

const packages = readPackages()
const complaints = packages.flatMap((one) => [...checkManifest(one), ...checkSources(one)])
for (const complaint of complaints) console.log(complaint)
process.exitCode = complaints.length > 0 ? 1 : 0

function checkManifest({ name, folder, dependencies }: Package): string[] {
  const allowed = mayImport[name]
  if (!allowed)
    return [`scripts/check-edges.ts: ${name} is not in the table of who may import whom`]
  return siblingsIn(dependencies)
    .filter((sibling) => !allowed.includes(sibling))
    .map((sibling) => `${folder}/package.json: ${name} may not depend on ${sibling}`)
}

function checkSources(one: Package): string[] {
  const source = join(root, one.folder, 'src')
  if (!existsSync(source)) return [`${one.folder} holds no src`]
  return readdirSync(source, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .flatMap((path) =>
      importsOf(readFileSync(join(source, path), 'utf8'))
        .filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier))
        .map(packageOf)
        .filter((wanted) => wanted !== one.name && !one.dependencies.has(wanted))
        .map((wanted) => `${one.folder}/src/${path}: imports ${wanted}, which is not declared`),
    )
}

function siblingsIn(names: Iterable<string>): string[] {
  return [...names].filter((name) => name in mayImport)
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
