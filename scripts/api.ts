import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { printSurface } from './api-surface.ts'
import { root } from './run-command.ts'
import { readPackages } from './workspace.ts'

/**
 * Compares the committed public surface, `api/*.d.ts`, with what each export declares now, so that a review sees what a change
 * promises or takes back. `--write` brings the folder up to date. It reads the built declarations: `npm run build` first.
 */
const write = process.argv.includes('--write')
const folder = join(root, 'api')
const wanted = new Map<string, string>()
for (const { short, entries } of readPackages()) {
  for (const { name, types, specifier } of entries) {
    const file = name === 'index' ? `${short}.d.ts` : `${short}.${name}.d.ts`
    const text = existsSync(join(root, types)) ? printSurface(join(root, types)) : ''
    if (text === '') fail(`${specifier}: ${types} is missing: the build did not emit it`)
    else wanted.set(file, `// ${specifier}\n\n${text}`)
  }
}

const committed = readdirSync(folder).filter((name) => name.endsWith('.d.ts'))
for (const file of committed.filter((name) => !wanted.has(name))) {
  if (write) rmSync(join(folder, file))
  else fail(`api/${file} belongs to no export: npx tsx scripts/api.ts --write`)
}
for (const [file, text] of wanted) {
  if (write) writeFileSync(join(folder, file), text)
  else if (!committed.includes(file)) fail(`api/${file} is missing: npx tsx scripts/api.ts --write`)
  else compare(file, readFileSync(join(folder, file), 'utf8').split('\n'), text.split('\n'))
}

function compare(file: string, before: string[], after: string[]): void {
  const gone = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`)
  const come = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`)
  if (before.join('\n') === after.join('\n')) return
  fail(`api/${file} differs; if the change is meant: npx tsx scripts/api.ts --write`)
  console.log([...gone, ...come].slice(0, 40).join('\n'))
}

function fail(complaint: string): void {
  console.log(complaint)
  process.exitCode = 1
}
