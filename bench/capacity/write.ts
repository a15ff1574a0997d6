import { readFileSync, writeFileSync } from 'node:fs'
import type { Capacity } from '../capacity.ts'
import { printCapacity } from './print.ts'

const page = new URL('../../docs/scale.md', import.meta.url)
const [begin, end] = ['<!-- measured -->\n', '<!-- /measured -->\n']

/** Renews the table of `docs/scale.md`: for a million clients. */
export function writeCapacity(capacity: Capacity): void {
  const text = readFileSync(page, 'utf8')
  const [before, rest] = [text.indexOf(begin), text.indexOf(end)]
  if (before < 0 || rest < before)
    throw new Error('docs/scale.md has no place for what is measured')
  const rows = printCapacity(capacity, 1_000_000).map(([what, value]) => `| ${what} | ${value} |`)
  const table = ['| one process, and what follows from it | |', '| --- | ---: |', ...rows]
  const head = text.slice(0, before + begin.length)
  writeFileSync(page, `${head}\n${table.join('\n')}\n\n${text.slice(rest)}`)
}
