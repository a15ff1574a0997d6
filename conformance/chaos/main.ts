/** `npm run chaos -- --engine redis --clients 200 --tasks 2000`: prints what was done, and fails where a promise was broken. */
import { parseArgs } from 'node:util'
import { missing, runChaos } from './chaos.ts'
import { printReport } from './print-report.ts'

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'postgres,redis' },
    clients: { type: 'string', default: '200' },
    tasks: { type: 'string', default: '2000' },
    steps: { type: 'string', default: '6' },
    'step-ms': { type: 'string', default: '50' },
    'lease-ms': { type: 'string', default: '4000' },
    'kill-ms': { type: 'string', default: '1000' },
    'freeze-ms': { type: 'string', default: '20000' },
    'cut-ms': { type: 'string', default: '7000' },
    'restart-ms': { type: 'string', default: '15000' },
    'least-ms': { type: 'string', default: '120000' },
    'skew-ms': { type: 'string', default: '-30000,0,30000' },
    'faults-ms': { type: 'string', default: '900000' },
    'limit-ms': { type: 'string', default: '900000' },
  },
})

for (const engine of values.engine.split(',')) {
  if (engine !== 'postgres' && engine !== 'redis') throw new TypeError(`No engine ${engine}`)
  const lack = missing()
  const report = lack
    ? undefined
    : await runChaos({
        engine,
        clients: Number(values.clients),
        tasks: Number(values.tasks),
        steps: Number(values.steps),
        stepMs: Number(values['step-ms']),
        leaseMs: Number(values['lease-ms']),
        every: {
          kill: Number(values['kill-ms']),
          freeze: Number(values['freeze-ms']),
          cut: Number(values['cut-ms']),
          restart: Number(values['restart-ms']),
        },
        faultsMs: Number(values['faults-ms']),
        atLeastMs: Number(values['least-ms']),
        skews: values['skew-ms'].split(',').map(Number),
        limitMs: Number(values['limit-ms']),
      })
  if (!report) {
    console.log(`${engine}: not run: ${lack ?? `${engine} is not installed`}`)
    continue
  }
  console.log(printReport(engine, report))
  if (report.broken.length > 0) process.exitCode = 1
}
