/** The complaints about one text: words that no file of the repository may hold, each with its line and the reason. */
export function findWords(path: string, text: string): string[] {
  if (path === 'package-lock.json') return checkLock(text)
  return text.split('\n').flatMap((line, index) =>
    forbidden.flatMap(({ pattern, why }) => {
      const word = pattern.exec(line)?.[0]
      return word === undefined ? [] : [`${path}:${index + 1}: ${word}: ${why}`]
    }),
  )
}

// A path inside a URI (`file:///…`) is no machine's path.
const forbidden: readonly { pattern: RegExp; why: string }[] = [
  { pattern: /(?<![\w/.:-])\/(?:work|root|home)\//, why: 'a path of somebody’s machine' },
  {
    pattern: /registry\.(?:npmjs|yarnpkg|npmmirror)\.|npm\.pkg\.github\./,
    why: 'the host of a package registry',
  },
  { pattern: /\b(?:TO[D]O|FIX[M]E)\b/, why: 'unfinished work: finish it, or write down why not' },
  { pattern: /\b(?:test|it|describe|suite)\.(?:only|skip|todo)\(/, why: 'a test that is left out' },
  { pattern: /\b(?:only|skip|todo): true\b/, why: 'a test that is left out' },
  { pattern: /\bissue #\d/i, why: 'a reference to a tracker: say the reason itself' },
  { pattern: /@ts-(?:ignore|nocheck)/, why: 'silences the compiler' },
]

// A lock file that names hosts ties every install to one registry.
function checkLock(text: string): string[] {
  const count = text.match(/"resolved": "https?:/g)?.length ?? 0
  return count === 0 ? [] : [`package-lock.json: ${count} packages name the host they came from`]
}
