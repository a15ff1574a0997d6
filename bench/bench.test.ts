import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { build } from '../scripts/build.ts'
import { benches } from './benches.ts'
import { printCapacity } from './capacity/print.ts'
import { measureCapacity } from './capacity.ts'
import { drawProcesses } from './picture.ts'
import { compare, holds, quick } from './ratio.ts'
import { printPage } from './report.ts'
import { weighAll } from './size.ts'

before(async () => {
  const { code, output } = await build()
  assert.equal(code, 0, output)
})

// How fast a machine of the tests is says nothing; that both sides answer does.
for (const bench of benches) {
  test(`${bench.name} measures something`, async () => {
    const rows = await bench.run(quick)
    assert.ok(rows.length > 0)
    for (const { name, figures } of rows) {
      const [ours, theirs] = figures
      assert.ok(ours > 0 && theirs >= 0, `${name}: ${ours} : ${theirs}`)
    }
  })
}

test('a capacity is measured, and says how many processes it takes', async () => {
  const lines = printCapacity(await measureCapacity(quick), 1_000_000)
  for (const [what, value] of lines) assert.ok(Number.parseFloat(value) > 0, `${what}: ${value}`)
  assert.ok(lines.some(([what]) => what.startsWith('processes for 1,000,000 clients')))
})

test('a picture shows what was measured of several processes, and no engine that was not there', () => {
  const row = { name: 'HTTP tools/call, 2 behind nginx : 1 without', ratio: 1.75 } as const
  const one = { ...row, name: 'HTTP tools/call, 1 behind nginx : 1 without' }
  const figures = [1, 1] as const
  const picture = drawProcesses([one, row].map((each) => ({ ...each, figures })))
  assert.match(picture, />1\.75</)
  assert.doesNotMatch(picture, /Redis/)
})

test('the bundles of the modern era keep to their kilobytes', async () => {
  const over = (await weighAll()).filter(({ ours, budget }) => budget && ours > budget)
  assert.deepEqual(over, [])
})

test('a ratio is the median of its pairs, whoever went first', async () => {
  const turns = [10, 8, 20, 30].values()
  const next = () => turns.next().value ?? 0
  const row = await compare({ name: 'x', target: 2 }, [next, () => 5], { ...quick, pairs: 3 })
  // The first pair only warms up.
  assert.deepEqual(row.figures, [20, 5])
  assert.ok(holds(row))
  assert.ok(!holds({ ...row, atMost: true }))
})

test('a page shows ratios and targets, and no figure of the machine', () => {
  const row = { name: 'ours : theirs', target: 2, ratio: 1.5, figures: [1500, 1000] } as const
  const page = printPage([row], [], 'Notes.')
  assert.match(page, /\| ours : theirs \| 1\.50 \| ≥ 2 \| missed \|/)
  assert.doesNotMatch(page, /1500|1000/)
})
