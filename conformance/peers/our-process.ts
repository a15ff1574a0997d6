import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const folder = mkdtempSync(join(tmpdir(), 'our-process-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

/**
 * How our server is started as a child process that speaks over its standard streams. It is bundled, so that the many
 * processes that peers start of it start fast.
 */
export const ourProcess = { command: process.execPath, args: [bundle('./our-stdio.ts')] }

function bundle(source: string): string {
  const outfile = join(folder, 'server.mjs')
  buildSync({
    entryPoints: [fileURLToPath(new URL(source, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    tsconfig: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)),
  })
  return outfile
}
