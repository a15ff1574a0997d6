import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runCommand } from './run-command.ts'
import { findWords } from './words.ts'

/** Looks through every file of the repository, committed or about to be, for words that none may hold. */
const { output } = await runCommand(['git', 'ls-files', '-co', '--exclude-standard', '-z'])
const paths = output.split('\0').filter((path) => path !== '')
const complaints = paths.flatMap((path) => findWords(path, readText(path)))
for (const complaint of complaints) console.log(complaint)
process.exitCode = complaints.length > 0 || paths.length === 0 ? 1 : 0

// A file that was deleted but not yet committed is listed still; one that holds a null byte is no text.
function readText(path: string): string {
  try {
    const text = readFileSync(join(root, path), 'utf8')
    return text.includes('\0') ? '' : text
  } catch {
    return ''
  }
}
