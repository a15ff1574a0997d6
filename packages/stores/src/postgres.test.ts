import { after, before, test } from 'node:test'
import { openPostgres } from './postgres.ts'
import { type Engine, engineCases } from './suite.ts'

let engine: Engine
before(async () => {
  engine = await openPostgres('memory:')
})
after(() => engine.close())

// One process holds a PGlite: its two users are two of the same process.
for (const { name, run } of engineCases) {
  test(`PGlite ${name}`, () => run({ one: engine, two: engine }))
}
