import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fillSnippets } from './docs-snippets.ts'
import { root } from './run-command.ts'
import { readPackages } from './workspace.ts'

/** Holds the code blocks of the Markdown pages to the files that they come from; `--write` fills them from there. */
const write = process.argv.includes('--write')
const guide = join(root, 'docs/guide')
const pages = [
  'README.md',
  'docs/scale.md',
  ...(existsSync(guide) ? readdirSync(guide).map((name) => `docs/guide/${name}`) : []),
  ...readPackages().map(({ folder }) => `${folder}/README.md`),
].filter((path) => path.endsWith('.md') && existsSync(join(root, path)))

for (const page of pages) {
  const text = readFileSync(join(root, page), 'utf8')
  const { filled, complaints } = fillSnippets(text, readSource)
  if (write) writeFileSync(join(root, page), filled)
  else if (filled !== text)
    complaints.push('differs from its sources: npx tsx scripts/docs.ts --write')
  for (const complaint of complaints) {
    console.log(`${page}: ${complaint}`)
    process.exitCode = 1
  }
}

function readSource(path: string): string | undefined {
  const full = join(root, path)
  return existsSync(full) ? readFileSync(full, 'utf8') : undefined
}
