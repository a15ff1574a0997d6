import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore, type Store } from '@lutra/core'
import fc from 'fast-check'
import { engines } from './engines.ts'

const part = fc.constantFrom('', 'a', 'b', 'ab', 'é', '{a}', '%7b', '\u{1f600}', '__proto__')
const key = fc
  .tuple(fc.constantFrom('x', 'y/', 'y{/', 'y'), fc.array(part, { maxLength: 3 }))
  .map(([first, parts]) => first + parts.join('/'))
const ifVersion = fc.constantFrom('none', 'absent', 'last', 'wrong')
const value = fc.jsonValue({ maxDepth: 2 })
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('set' as const), key, value, ifVersion }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), key, ifVersion }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('get' as const), keys: fc.array(key) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('list' as const), key, after: key, limit: fc.nat(5) }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Walks one store; what it tells must not depend on the engine. */
async function walk(store: Store, steps: readonly Step[], at: string): Promise<unknown[]> {
  const versions = new Map<string, string>()
  const wanted = (name: string, how: string) =>
    how === 'last' ? (versions.get(name) ?? '1') : how === 'absent' ? null : how
  const told: unknown[] = []
  for (const one of steps) {
    if (one.do === 'set') {
      const name = at + one.key
      const condition = one.ifVersion === 'none' ? {} : { ifVersion: wanted(name, one.ifVersion) }
      const version = await store.set(name, one.value, condition)
      if (version !== undefined) versions.set(name, version)
      told.push(version !== undefined)
    } else if (one.do === 'delete') {
      const name = at + one.key
      const version = wanted(name, one.ifVersion)
      const condition = one.ifVersion === 'none' || version === null ? {} : { ifVersion: version }
      told.push(await store.delete(name, condition))
    } else if (one.do === 'get') {
      const read = await store.getMany(one.keys.map((name) => at + name))
      told.push(read.map((entry) => entry?.value))
    } else {
      const range = { after: at + one.after, limit: one.limit + 1 }
      const listed = await store.list(at + one.key, range)
      told.push(listed.map((entry) => [entry.key.slice(at.length), entry.value]))
    }
  }
  return told
}

for (const [name, open] of engines) {
  if (name === 'memory') continue
  test(`${name} tells the same as memory, whatever is done in whatever order`, async (t) => {
    const opened = await open()
    if (!opened) return t.skip(`${name} is not installed`)
    let run = 0
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          // Folders that end inside a segment of Redis and at one.
          const at = `model${run++}${run % 2 ? '/' : '-'}`
          const [real, model] = [opened.one.store, createMemoryStore()]
          assert.deepEqual(await walk(real, steps, at), await walk(model, steps, at))
        }),
        { numRuns: 60 },
      )
    } finally {
      await opened.close()
    }
  })
}
