import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'
import { joinShared } from './join-shared.ts'
import { root } from './run-command.ts'
import type { Package } from './workspace.ts'

/** Where the joined modules of a package are, below its `dist`. */
export const joined = 'joined'

const options = {
  absWorkingDir: root,
  bundle: true,
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
} satisfies BuildOptions

/**
 * Joins the many small modules of a package into few: Node.js takes longer to find, read and link a module of ours than to run it.
 * Packages are never joined with each other. See docs/decisions/040-joined-modules.md.
 */
export async function joinModules(
  one: Package,
  { packages, outdir = join(root, one.folder, 'dist', joined) }: JoinOptions,
): Promise<void> {
  if (one.entries.length === 0) return
  await mkdir(outdir, { recursive: true })
  const written =
    one.whole === undefined
      ? await joinEntries(one, { outdir, packages })
      : await joinWhole(one, { outdir, whole: one.whole })
  const stale = (await readdir(outdir)).filter((name) => !written.has(name))
  await Promise.all(stale.map((name) => rm(join(outdir, name))))
}

export interface JoinOptions {
  readonly packages: readonly Package[]
  readonly outdir?: string
}

async function joinEntries(
  { entries }: Package,
  { outdir, packages }: Required<JoinOptions>,
): Promise<ReadonlySet<string>> {
  const split = {
    ...options,
    entryPoints: entries.map(({ source }) => source),
    outdir,
    splitting: true,
    plugins: [takeWhole(packages)],
  } satisfies BuildOptions
  const apart = await build({ ...split, write: false })
  const plugins = [...split.plugins, joinShared(apart.metafile)]
  return filesOf(await build({ ...split, plugins }))
}

/** One file with everything in it, and for each entry one that passes on what it promises. */
async function joinWhole(
  { name, entries }: Package,
  { outdir, whole }: { outdir: string; whole: string },
): Promise<ReadonlySet<string>> {
  const sources = entries.map(({ source }) => source)
  const alone = await build({ ...options, entryPoints: sources, outdir, write: false })
  const contents = sources.map((source) => `export * from './${source}'\n`).join('')
  const all = await build({
    ...options,
    stdin: { contents, resolveDir: root },
    outfile: join(outdir, whole),
  })
  const inAll = new Set(exportsOf(all.metafile).flatMap(([, names]) => names))
  const files = exportsOf(alone.metafile)
  for (const [file, names] of files) {
    const ambiguous = names.filter((one) => !inAll.has(one))
    if (ambiguous.length > 0)
      throw new Error(`${name}: two entries mean different things by ${ambiguous}`)
    await writeFile(
      join(outdir, file),
      `export {\n  ${names.join(',\n  ')},\n} from './${whole}'\n`,
    )
  }
  return new Set([...filesOf(all), ...files.map(([file]) => file)])
}

function exportsOf({ outputs }: Metafile): [string, string[]][] {
  return Object.entries(outputs).flatMap(([path, output]): [string, string[]][] =>
    output.entryPoint === undefined ? [] : [[basename(path), output.exports]],
  )
}

function filesOf({ metafile }: { metafile: Metafile }): ReadonlySet<string> {
  return new Set(Object.keys(metafile.outputs).map((path) => basename(path)))
}

// Several entries of such a package are one file, and one name to find it by.
function takeWhole(packages: readonly Package[]): Plugin {
  const wholes = packages.filter(({ whole }) => whole !== undefined)
  return {
    name: 'take-whole',
    setup: ({ onResolve }) => {
      for (const { name } of wholes) {
        onResolve({ filter: new RegExp(`^${name}(/|$)`) }, ({ kind }) =>
          kind === 'import-statement' ? { path: `${name}/${joined}`, external: true } : undefined,
        )
      }
    },
  }
}
