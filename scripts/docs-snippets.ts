/**
 * Fills each fence that follows a mark, `<!-- from examples/first/server.ts#region -->`, with that part of a file which runs:
 * the lines between `// #region NAME` and `// #endregion`, or the whole file where no region is named. A fence of TypeScript or
 * JavaScript without a mark is a complaint, unless `<!-- not run: REASON -->` stands before it.
 */
export function fillSnippets(
  page: string,
  readSource: (path: string) => string | undefined,
): { filled: string; complaints: string[] } {
  const complaints: string[] = []
  const filled = page.replaceAll(marked, (all, ...rest) => {
    const { head, path, region, tail } = rest.at(-1) as Mark
    const source = readSource(path)
    const snippet = source === undefined ? undefined : cutRegion(source, region)
    if (snippet !== undefined) return `${head}${snippet}\n${tail.trimStart()}`
    complaints.push(
      source === undefined ? `${path} is not there` : `${path} has no closed region ${region}`,
    )
    return all
  })
  for (const [mark, path] of page.matchAll(/<!-- from (\S+) -->\n(?!\n*```)/g)) {
    complaints.push(`${path} is to be shown, but no fence follows ${mark.trim()}`)
  }
  for (const match of page.matchAll(/(?:^|\n)(.*)\n+```(?:ts|js|typescript|javascript)\n(.*)/g)) {
    if (/<!-- (?:from|not run:) .*-->/.test(match[1] ?? '')) continue
    complaints.push(`the code that starts with “${match[2]}” comes from no file`)
  }
  return { filled, complaints }
}

const marked =
  /(?<head><!-- from (?<path>\S+?)(?:#(?<region>\S+))? -->\n+(?<fence>`{3,})[^\n]*\n)[\s\S]*?(?<tail>\n?\k<fence>(?=\n|$))/g

interface Mark {
  head: string
  path: string
  region: string | undefined
  tail: string
}

function cutRegion(source: string, region: string | undefined): string | undefined {
  const lines = source.split('\n')
  if (region === undefined) return dedent(lines.filter((line) => !isMark(line)))
  const start = lines.findIndex((line) => line.trim() === `// #region ${region}`)
  if (start < 0) return undefined
  let depth = 1
  const end = lines.findIndex((line, index) => {
    if (index <= start) return false
    if (/^\s*\/\/ #region\b/.test(line)) depth += 1
    if (/^\s*\/\/ #endregion\b/.test(line)) depth -= 1
    return depth === 0
  })
  if (end < 0) return undefined
  return dedent(lines.slice(start + 1, end).filter((line) => !isMark(line)))
}

function isMark(line: string): boolean {
  return /^\s*\/\/ #(?:end)?region\b/.test(line)
}

function dedent(lines: string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/))
  const least = Math.min(...indents)
  return lines
    .map((line) => line.slice(Number.isFinite(least) ? least : 0))
    .join('\n')
    .trim()
}
