import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Metafile, type Plugin } from 'esbuild'
import { root } from './run-command.ts'

/** What an export becomes in a user's bundle. */
export interface Bundle {
  code: string
  /** Kilobytes after gzip. */
  size: number
  /** The modules that add most to it, with their bytes before gzip. */
  heaviest: string[]
}

/** The module that compiles schemas: it is measured apart, as the schema libraries of users are. */
export const validator = 'packages/core/dist/validate.js'

/** Bundles a built module as a user's bundler would: minified, with what it reaches, without what is not ours. */
export async function bundle(path: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [path],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    metafile: true,
    format: 'esm',
    target: 'es2023',
    platform: 'neutral',
    outfile: 'bundle.js',
    // Without the `paths` of the workspace, so that packages find each other as they do for a user.
    tsconfigRaw: {},
    plugins: path === validator ? [withoutOthers()] : [withoutOthers(), withoutValidator()],
    write: false,
    logLevel: 'silent',
  })
  const code = outputFiles[0]?.text ?? ''
  return {
    code,
    size: gzipSync(code, { level: 9 }).length / 1000,
    heaviest: weigh(metafile),
  }
}

function weigh({ outputs }: Metafile): string[] {
  const inputs = Object.entries(outputs['bundle.js']?.inputs ?? {})
  return inputs
    .sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
    .slice(0, 15)
    .map(([path, { bytesInOutput }]) => `${String(bytesInOutput).padStart(8)} ${path}`)
}

// What is not ours is the user's choice.
function withoutOthers(): Plugin {
  return {
    name: 'without-others',
    setup: ({ onResolve }) => {
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
        kind === 'entry-point' || path.startsWith('@lutra/') ? undefined : { path, external: true },
      )
    },
  }
}

function withoutValidator(): Plugin {
  const internals = join(root, 'packages/core/dist/json-schema/')
  return {
    name: 'without-validator',
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.js$/ }, ({ path }) =>
        path.startsWith(internals) || path === join(root, validator)
          ? { contents: '', loader: 'js' }
          : undefined,
      )
    },
  }
}
