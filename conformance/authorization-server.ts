import { runAuthorizationServer } from './official/authorization-server.ts'

let failures = 0
for (const revision of process.argv.slice(2).length
  ? process.argv.slice(2)
  : ['2026-07-28', '2025-11-25'])
  for (const { scenario, passed, skipped, failed } of await runAuthorizationServer(revision)) {
    console.log(
      `${revision} ${scenario}: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped`,
    )
    for (const why of [...failed, ...skipped]) console.log(`  ${why}`)
    failures += failed.length + skipped.length
  }
process.exitCode = failures === 0 ? 0 : 1
