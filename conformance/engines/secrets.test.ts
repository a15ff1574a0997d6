/** Secrets in engines that are servers, opened with whatever keys. PGlite is held to the same by `lutra store check`. */
import { after, before, describe, test } from 'node:test'
import { openEngine } from '@lutra/stores'
import { secretCases } from '@lutra/stores/suite'
import { type DatabaseServer, startPostgres, startRedis } from './start-server.ts'

const servers = new Map([
  ['PostgreSQL', startPostgres],
  ['Redis', startRedis],
])

for (const [name, start] of servers) {
  describe(name, () => {
    let server: DatabaseServer | undefined
    before(async () => {
      server = await start()
    })
    after(() => server?.stop())
    for (const one of secretCases) {
      test(`${name} ${one.name}`, (t) => {
        const { url } = server ?? {}
        if (url === undefined) return t.skip(`${name} is not installed`)
        return one.run((keys) => openEngine(url, keys ? { keys } : {}))
      })
    }
  })
}
