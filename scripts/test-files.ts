import { existsSync, readFileSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

// What tests share may be named as they are, and use of the runner what ends with a test.
const imported = /\{[^}]*\b(?:test|describe)\b[^}]*\} from 'node:test'/
const exported = /^export /m

/** The test files at or below a path; one that is named itself is taken at its word. */
export async function findTests(path: string): Promise<string[]> {
  if (!existsSync(path)) throw new Error(`No such test file or folder: ${path}`)
  if (!(await stat(path)).isDirectory()) return [path]
  const found = await readdir(path, { recursive: true })
  return found
    .filter((name) => name.endsWith('.test.ts') && !/(^|\/)(node_modules|dist)\//.test(name))
    .map((name) => join(path, name))
    .filter((file) => isTest(readFileSync(file, 'utf8')))
}

/**
 * Whether a `*.test.ts` file is to be run, or is what others share. One that exports nothing is shared by nobody, so it
 * is a test though its `test` may be a function of its suite's own, as on the wires.
 */
export function isTest(text: string): boolean {
  return imported.test(text) || !exported.test(text)
}
