import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Metafile, Plugin } from 'esbuild'
import { root } from './run-command.ts'

// Node.js reads so many bytes in the time that it takes to find a file.
const worthAFile = 40_000

type Output = Metafile['outputs'][string]

/**
 * Has small pieces which several entries need be one file, of a package that was split before. esbuild gives a file to each set
 * of modules that the same entries reach; so every entry that reaches one of these is made to reach all of them.
 */
export function joinShared({ outputs }: Metafile): Plugin {
  const isShared = (output: Output | undefined): boolean =>
    output !== undefined &&
    output.entryPoint === undefined &&
    output.bytes <= worthAFile &&
    importsOf(output).every(({ path, external }) =>
      // What only some entries need, of Node.js or of others, stays where only they load it.
      external ? path.startsWith('@lutra/') : isShared(outputs[path]),
    )
  const shared = new Set(
    Object.keys(outputs).filter((path) => path.endsWith('.js') && isShared(outputs[path])),
  )
  const contents = [...shared]
    .flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}))
    .map((path) => `import './${path}'\n`)
    .join('')
  const users = new Set(
    Object.values(outputs).flatMap((output) =>
      output.entryPoint !== undefined && importsOf(output).some(({ path }) => shared.has(path))
        ? [join(root, output.entryPoint)]
        : [],
    ),
  )
  return {
    name: 'join-shared',
    setup: ({ onResolve, onLoad }) => {
      // An import of a module that only has names to give would count for nothing.
      onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => ({
        path: join(resolveDir, path),
        sideEffects: true,
      }))
      onResolve({ filter: /^shared$/ }, ({ path }) => ({ path, namespace: 'joined' }))
      onLoad({ filter: /^shared$/, namespace: 'joined' }, () => ({ contents, resolveDir: root }))
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!users.has(path)) return undefined
        const source = await readFile(path, 'utf8')
        return { contents: `${source}\nimport 'shared'\n`, loader: 'ts', resolveDir: dirname(path) }
      })
    },
  }
}

function importsOf({ imports }: Output) {
  return imports.filter(({ kind }) => kind === 'import-statement')
}
