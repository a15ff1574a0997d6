/**
 * What one process takes here, and what follows for many: `npx tsx bench/capacity/main.ts [clients]`. `--write` puts it into the
 * table of `docs/scale.md`, `--quick` shows only that it runs.
 */
import { parseArgs } from 'node:util'
import { build } from '../../scripts/build.ts'
import { measureCapacity } from '../capacity.ts'
import { full, quick } from '../ratio.ts'
import { printCapacity } from './print.ts'
import { writeCapacity } from './write.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, write: { type: 'boolean' } },
})
const clients = Number(positionals[0] ?? 1_000_000)
const { code, output } = await build()
if (code !== 0) throw new Error(output)
const capacity = await measureCapacity(values.quick ? quick : full)
for (const [what, value] of printCapacity(capacity, clients)) console.log(`${what}: ${value}`)
if (values.write) writeCapacity(capacity)
