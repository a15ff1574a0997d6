import { readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { root } from './run-command.ts'
import type { Package } from './workspace.ts'

/** Where the joined modules of a package are, below its `dist`. */
export const joined = 'joined'

/**
 * Joins the many small modules of a package into one for each entry and what entries share: Node.js takes longer to find, read
 * and link a module of ours than to run it. Nothing else is changed, and other packages stay where they are. See
 * docs/decisions/040-joined-modules.md.
 */
export async function joinModules({ folder, entries }: Package): Promise<void> {
  if (entries.length === 0) return
  const outdir = join(root, folder, 'dist', joined)
  const { metafile } = await build({
    entryPoints: entries.map(({ source }) => join(root, source)),
    outdir,
    bundle: true,
    splitting: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    sourcemap: 'linked',
    sourcesContent: false,
    // Without the `paths` of the workspace, which lead into the sources of other packages.
    tsconfigRaw: {},
    logLevel: 'warning',
  })
  const fresh = new Set(Object.keys(metafile.outputs).map((path) => basename(path)))
  const stale = (await readdir(outdir)).filter((name) => !fresh.has(name))
  await Promise.all(stale.map((name) => rm(join(outdir, name))))
}
