import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createMemoryStore } from './memory-store.ts'

const part = fc.constantFrom('', 'a', 'b', 'ab', '__proto__', 'constructor', 'é')
const prefix = fc.array(part, { maxLength: 4 }).map((parts) => parts.join('/'))
const key = prefix.filter((text) => text !== '')
const step = fc.oneof(
  fc.record({ do: fc.constant('set' as const), key, ttlMs: fc.constantFrom(undefined, 1, 10) }),
  fc.record({ do: fc.constant('delete' as const), key }),
  fc.record({ do: fc.constant('wait' as const), key }),
)

test('lists what starts with a prefix, and nothing that was deleted or has expired', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), prefix, async (steps, start) => {
      let time = 0
      const store = createMemoryStore(() => time)
      const model = new Map<string, number>()
      for (const one of steps) {
        if (one.do === 'set') {
          await store.set(one.key, 1, one.ttlMs === undefined ? {} : { ttlMs: one.ttlMs })
          model.set(one.key, one.ttlMs === undefined ? Number.POSITIVE_INFINITY : time + one.ttlMs)
        } else if (one.do === 'delete') {
          await store.delete(one.key)
          model.delete(one.key)
        } else time += 2
      }
      const live = [...model].flatMap(([name, expires]) => (expires > time ? name : []))
      const expected = live.filter((name) => name.startsWith(start)).sort()
      const found = await store.list(start)
      assert.deepEqual(
        found.map((entry) => entry.key),
        expected,
      )
    }),
  )
})

test('listing a folder costs nothing for what is beside it', async () => {
  const store = createMemoryStore()
  // The best of some, and of the processor, as a busy machine makes others wait.
  const spent = async () => {
    const times: number[] = []
    for (let round = 0; round < 5; round++) {
      const begun = process.cpuUsage()
      for (let count = 0; count < 200; count++) await store.list('there/x/', { limit: 10 })
      const { user, system } = process.cpuUsage(begun)
      times.push((user + system) / 1000)
    }
    return Math.min(...times)
  }
  await store.set('there/x/1', 1)
  const alone = await spent()
  for (let count = 0; count < 50_000; count++) await store.set(`there/y${count}/1`, 1)
  // Looking through all of them would take a thousand times as long.
  assert.ok((await spent()) < alone * 50 + 50)
})
