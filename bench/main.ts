/**
 * Measures speed and size as ratios, and prints one table: `npm run bench`, or a part of it by name, `npm run bench -- stdio`.
 * `--quick` shows only that everything runs, `--write` renews `bench/results.md`, and what `docs/scale.md` shows of it.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { build } from '../scripts/build.ts'
import { runCommand } from '../scripts/run-command.ts'
import { benches } from './benches.ts'
import { printCapacity } from './capacity/print.ts'
import { writeCapacity } from './capacity/write.ts'
import { measureCapacity } from './capacity.ts'
import { drawProcesses } from './picture.ts'
import { full, holds, quick, type Row } from './ratio.ts'
import { printPage, printRow, printSize } from './report.ts'
import { type Size, weighAll } from './size.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, write: { type: 'boolean' }, built: { type: 'boolean' } },
})
const { quick: isQuick = false, write = false, built = false } = values
if (write && (isQuick || positionals.length > 0)) {
  throw new Error('--write needs all of the bench, and not the quick one')
}
if (!built) await buildAll()

const chosen = (name: string) =>
  positionals.length === 0 || positionals.some((word) => name.includes(word))
const rows: Row[] = []
const effort = isQuick ? quick : full
for (const bench of benches.filter(({ name }) => chosen(name))) {
  const began = performance.now()
  print(`# ${bench.name}`)
  const measured = await bench.run(effort)
  for (const row of measured) print(printRow(row, isQuick))
  print(`# ${bench.name} took ${secondsSince(began)} s`)
  rows.push(...measured)
}
const sizes: readonly Size[] = chosen('size') ? await weighAll() : []
for (const size of sizes) print(printSize(size))

const capacity = chosen('capacity') ? await measureCapacity(effort) : undefined
if (capacity) {
  print('# capacity')
  for (const [what, value] of printCapacity(capacity, 1_000_000)) print(`${what}: ${value}`)
}
print(`# all of it took ${secondsSince(0)} s`)

if (write) {
  const at = (name: string) => new URL(name, import.meta.url)
  if (capacity) writeCapacity(capacity)
  writeFileSync(at('../docs/throughput.svg'), drawProcesses(rows))
  writeFileSync(at('results.md'), printPage(rows, sizes, readFileSync(at('notes.md'), 'utf8')))
  await runCommand(['biome', 'format', '--write', 'bench/results.md', 'docs/scale.md'])
}
// The figures of a quick run say nothing.
if (!isQuick && !rows.every(holds)) process.exitCode = 1

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 1000)
}

async function buildAll(): Promise<void> {
  const { code, output } = await build()
  if (code === 0) return
  print(output)
  throw new Error('The packages cannot be built')
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
