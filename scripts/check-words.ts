import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runCommand } from './run-command.ts'

/** What no file of the repository may hold, and why. A path inside a URI (`file:///…`) is no machine's path. */
const forbidden: readonly { pattern: RegExp; why: string }[] = [
  { pattern: /(?<![\w/.:-])\/(?:work|root|home)\//, why: 'a path of somebody’s machine' },
  {
    pattern: /registry\.(?:npmjs|yarnpkg|npmmirror)\.|npm\.pkg\.github\./,
    why: 'the host of a package registry',
  },
  { pattern: /\b(?:TO[D]O|FIX[M]E)\b/, why: 'unfinished work: finish it, or write down why not' },
  { pattern: /\b(?:test|it|describe|suite)\.(?:only|skip|todo)\(/, why: 'a test that is left out' },
  { pattern: /\b(?:only|skip|todo): true\b/, why: 'a test that is left out' },
  { pattern: /@ts-(?:ignore|nocheck)/, why: 'silences the compiler' },
]

const { output } = await runCommand(['git', 'ls-files', '-co', '--exclude-standard', '-z'])
const complaints = output
  .split('\0')
  .filter((path) => path !== '' && path !== 'scripts/check-words.test.ts')
  .flatMap(checkFile)
for (const complaint of complaints) console.log(complaint)
process.exitCode = complaints.length > 0 || output === '' ? 1 : 0

function checkFile(path: string): string[] {
  const text = readText(path)
  if (path === 'package-lock.json') return checkLock(text)
  return text
    .split('\n')
    .flatMap((line, index) =>
      forbidden
        .filter(({ pattern }) => pattern.test(line))
        .map(({ why, pattern }) => `${path}:${index + 1}: ${pattern.exec(line)?.[0]}: ${why}`),
    )
}

// A lock file that names hosts ties every install to one registry.
function checkLock(text: string): string[] {
  const count = text.match(/"resolved": "https?:/g)?.length ?? 0
  return count === 0 ? [] : [`package-lock.json: ${count} packages name the host they came from`]
}

// A file that was deleted but not yet committed is listed still; one that holds a null byte is no text.
function readText(path: string): string {
  try {
    const text = readFileSync(join(root, path), 'utf8')
    return text.includes('\0') ? '' : text
  } catch {
    return ''
  }
}
