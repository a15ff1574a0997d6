import { serveNode } from '@lutra/server/serve-node'
import { createEverything, serving } from './everything/server.ts'
import { runAuthorizationServer } from './official/authorization-server.ts'
import type { Outcome } from './official/results.ts'
import { runSuite } from './official/run-suite.ts'
import { authorizationRevisions, notBuilt, runs } from './official/runs.ts'

const counted = { passed: 0, failed: 0, notBuilt: 0, empty: 0 }

const { url, close } = await serveNode(createEverything(), serving).listen()
let heading = ''
for (const run of runs) {
  const next = `${run.role}, ${run.revision}`
  if (next !== heading) process.stdout.write(`\n${next}\n`)
  heading = next
  for (const outcome of await runSuite(run, url)) tell(outcome)
}
await close()
for (const revision of authorizationRevisions) {
  process.stdout.write(`\nauthorization server, ${revision}\n`)
  for (const outcome of await runAuthorizationServer(revision)) tell(outcome)
}

if (counted.notBuilt > 0) console.log(`\n${counted.notBuilt} scenarios of what is not built yet`)
if (counted.empty > 0) console.log(`\n${counted.empty} scenarios in which the suite checks nothing`)
console.log(`\n${counted.passed} passed, ${counted.failed} failed`)
process.exit(counted.failed > 0 ? 1 : 0)

function tell({ scenario, passed, skipped, failed }: Outcome): void {
  const missing = notBuilt.find(({ prefix }) => scenario.startsWith(prefix))
  // The suite itself checks nothing in some: that is no pass, and no failure of ours.
  const empty = passed === 0 && failed.length === 0 && skipped.length > 0
  const sign = missing || empty ? '-' : failed.length > 0 || passed === 0 ? '✗' : '✓'
  const counts = missing
    ? `not built: ${missing.what}`
    : `${passed} checks${skipped.length > 0 ? `, ${skipped.length} not applicable` : ''}`
  console.log(`  ${sign} ${scenario.padEnd(48)} ${counts}`)
  if (missing) {
    counted.notBuilt++
    return
  }
  for (const one of skipped) console.log(`      not applicable: ${one}`)
  for (const one of failed) console.log(`      failed: ${one}`)
  if (empty) counted.empty++
  else if (sign === '✓') counted.passed++
  else counted.failed++
}
