import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flood } from './flood.ts'
import { createChance, seedOf } from './random.ts'
import { startVictim } from './start-victim.ts'
import { messageOf, modern, send } from './wire.ts'

const wanted = Number(process.env['LUTRA_FUZZ_REQUESTS'] ?? 100_000)

test(`${wanted} malformed requests: no crash, no 5xx, no hang, no growth`, async (t) => {
  const seed = seedOf()
  t.diagnostic(`LUTRA_FUZZ_SEED=${seed}`)
  // What is kept for sessions is bounded: here so narrowly that growth would show.
  const legacy = {
    maxSessions: 100,
    questionTimeoutMs: 100,
    maxChangesLength: 100_000,
    replay: { ttlMs: 1000, maxTotalLength: 500_000 },
  }
  await using victim = await startVictim({ http: { legacy, maxBodyBytes: 256 * 1024 } })
  const { port } = victim
  const chance = createChance(seed)
  await flood({ port, chance, replies: Math.min(10_000, wanted / 10) })
  const before = await victim.health()
  const tally = await flood({ port, chance, replies: wanted })
  const after = await victim.health()

  t.diagnostic(`${JSON.stringify({ ...tally, statuses: [...tally.statuses].sort() })}`)
  t.diagnostic(`heap ${before.heap} → ${after.heap}, ${after.errors} errors masked`)
  assert.ok(tally.replies >= wanted)
  for (const status of [200, 400, 403, 404, 405, 406, 413, 415, 431]) {
    assert.ok(tally.statuses.has(status), `nothing came to ${status}: the grammar is too tame`)
  }
  assert.ok((tally.statuses.get(200) ?? 0) > wanted / 20, 'hardly anything got through')
  assert.deepEqual(after.polluted, [])
  assert.equal(after.warnings, 0, victim.stderr())
  assert.ok(after.heap < before.heap * 1.3 + 4e6, `${before.heap} → ${after.heap}`)

  const good = modern('tools/call', { name: 'echo', arguments: { text: 'still here' } })
  const { content } = messageOf(await send(port, good)).result ?? {}
  assert.deepEqual(content, [{ type: 'text', text: 'still here' }])
})
