import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missing, runChaos } from './chaos.ts'
import { printReport } from './print-report.ts'

// The short form of `npm run chaos`: every fault, some tasks.
for (const engine of ['postgres', 'redis'] as const) {
  test(`tasks on three processes over ${engine} survive kills, freezes, cut connections, restarts and wrong clocks`, async (t) => {
    const lack = missing()
    if (lack) return t.skip(lack)
    const report = await runChaos({
      engine,
      clients: 20,
      tasks: 60,
      steps: 4,
      stepMs: 30,
      leaseMs: 2000,
      every: { kill: 1500, freeze: 3000, cut: 2500, restart: 3500 },
      faultsMs: 8000,
      atLeastMs: 8000,
      skews: [-30_000, 0, 30_000],
      limitMs: 50_000,
    })
    if (!report) return t.skip(`${engine} is not installed`)
    t.diagnostic(printReport(engine, report))
    assert.deepEqual(report.broken, [])
    const { kills, freezes } = report.processes
    const { restarts, cuts } = report.faults
    for (const count of [kills, freezes, restarts, cuts]) assert.ok(count > 0)
    assert.ok(report.audit.steps > 0 && report.records.legacyCalls > 0)
  })
}
