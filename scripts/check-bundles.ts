import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'
import { budgets } from './budgets.ts'
import { root } from './run-command.ts'
import { type Entry, readPackages } from './workspace.ts'

/**
 * Bundles every export as a user's bundler would, prints what it weighs after gzip, and fails on one over its budget or on a
 * `modern` entry into which a word of the older protocol has found its way.
 */
const legacyWords = /initialize|mcp-session-id|last-event-id|202[45]-/gi

const complaints: string[] = []
const validator = 'packages/core/dist/validate'
const apart: Entry = {
  specifier: 'JSON Schema validator',
  name: 'validate',
  source: 'packages/core/src/validate.ts',
  types: `${validator}.d.ts`,
  script: `${validator}.js`,
}
for (const entry of [...readPackages().flatMap(({ entries }) => entries), apart]) {
  const code = await bundle(entry).catch((error: Error) => error)
  if (code instanceof Error) {
    complaints.push(`${entry.specifier} cannot be bundled: ${code.message}`)
    continue
  }
  const size = gzipSync(code, { level: 9 }).length / 1000
  const budget = budgets[entry.specifier]
  console.log(`${entry.specifier.padEnd(30)} ${size.toFixed(1).padStart(5)} kB of ${budget ?? '?'}`)
  if (budget === undefined)
    complaints.push(`${entry.specifier} has no budget in scripts/budgets.ts`)
  else if (size > budget) complaints.push(`${entry.specifier} weighs ${size.toFixed(1)} kB`)
  if (entry.name === 'modern') complaints.push(...legacyWordsIn(entry, code))
}
for (const complaint of complaints) console.log(complaint)
process.exitCode = complaints.length > 0 ? 1 : 0

async function bundle({ script, name }: Entry): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, script)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    platform: 'neutral',
    external: ['node:*'],
    plugins: name === apart.name ? [withoutOthers()] : [withoutOthers(), withoutValidator()],
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

// What is not ours is the user's choice.
function withoutOthers(): Plugin {
  return {
    name: 'without-others',
    setup: ({ onResolve }) => {
      onResolve({ filter: /^[^./]/ }, ({ path }) =>
        path.startsWith('@lutra/') ? undefined : { path, external: true },
      )
    },
  }
}

// The schema validator is measured apart, as the schema libraries are.
function withoutValidator(): Plugin {
  return {
    name: 'without-validator',
    setup: ({ onResolve }) => {
      onResolve({ filter: /(?:\/json-schema\/.*|\/validate)\.js$/ }, ({ path, kind }) =>
        kind === 'entry-point' ? undefined : { path, external: true },
      )
    },
  }
}

function legacyWordsIn({ specifier }: Entry, code: string): string[] {
  return [...code.matchAll(legacyWords)].map(({ 0: word, index }) => {
    const around = code.slice(Math.max(0, index - 60), index + 60)
    return `${specifier} holds “${word}” of the older protocol: …${around}…`
  })
}
