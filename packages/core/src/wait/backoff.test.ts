import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoff } from './backoff.ts'

test('[UTIL-21] waits grow, up to a bound, and are never the same for long', () => {
  for (let count = 0; count < 100; count++) {
    const full = Math.min(30_000, 200 * 2 ** count)
    const waits = Array.from({ length: 20 }, () => backoff(count))
    assert.ok(
      waits.every((ms) => ms >= full / 2 && ms <= full),
      `attempt ${count}`,
    )
    assert.ok(new Set(waits).size > 1, `attempt ${count}`)
  }
})
