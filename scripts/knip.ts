import type { KnipConfig } from 'knip'
import { readPackages } from './workspace.ts'

/** What the search for dead code starts from: everything that somebody runs, and every export of a package. */
const paths: Record<string, string[]> = {}
const workspaces: Record<
  string,
  { entry: string[]; project: string[]; ignoreBinaries?: string[]; ignoreDependencies?: string[] }
> = {
  '.': {
    entry: [
      'scripts/*.ts',
      'conformance/*.ts',
      'conformance/**/*.test.ts',
      'conformance/peers/*-stdio*.ts',
      // Started as processes of their own.
      'conformance/engines/full-disk.ts',
      'conformance/scale/rolling-server.ts',
      'bench/**/*.ts',
      'examples/**/*.ts',
    ],
    project: ['{scripts,conformance,bench,examples}/**/*.ts'],
    ignoreBinaries: ['apt-get', 'dpkg-deb', 'mkfifo', 'mount', 'umount'],
    // Started by name, or imported by what a test writes.
    ignoreDependencies: [
      '@arethetypeswrong/cli',
      '@biomejs/biome',
      '@changesets/config',
      'kubernetes-types',
      'publint',
      '@modelcontextprotocol/conformance',
      '@modelcontextprotocol/server-everything',
      '@modelcontextprotocol/server-filesystem',
      '@modelcontextprotocol/server-memory',
    ],
  },
}
for (const { name, folder, entries } of readPackages()) {
  if (entries.length > 0) {
    paths[name] = [`${folder}/src/index.ts`]
    paths[`${name}/*`] = [`${folder}/src/*.ts`]
  }
  workspaces[folder] = {
    entry: [
      ...entries.map(({ source }) => source.slice(folder.length + 1)),
      ...(entries.length === 0 ? ['src/main.ts'] : []),
      'src/**/*.test.ts',
      'test-d/*.ts',
    ],
    project: ['src/**/*.ts', 'test-d/*.ts'],
  }
}

const config: KnipConfig = {
  workspaces,
  paths,
  ignoreExportsUsedInFile: { interface: true, type: true },
  // What is used only where the user brings it along.
  exclude: ['optionalPeerDependencies'],
}

export default config
