import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nameForModels, type ToolPlace } from './model-names.ts'

const place = (server: string, tool: string, prefix = server): ToolPlace => ({
  server,
  tool,
  prefix,
})

test('a plain name is its prefix and its tool', () => {
  const { named, collisions } = nameForModels([place('shop', 'order'), place('fs', 'read', '')])
  assert.deepEqual([...named.keys()], ['shop_order', 'read'])
  assert.deepEqual(collisions, [])
})

test('what providers do not take is replaced, and a digest keeps such names apart', () => {
  const { named, collisions } = nameForModels([place('s', 'a.b'), place('s', 'a/b')])
  const names = [...named.keys()]
  assert.equal(names.length, 2)
  for (const name of names) assert.match(name, /^s_a_b_[0-9a-f]{8}$/)
  assert.deepEqual(collisions, [])
})

test('FEAT-08: names that come out the same are shown, and called by names that do not depend on their order', () => {
  const places = [place('a', 'b_c'), place('a_b', 'c')]
  const one = nameForModels(places)
  const other = nameForModels([...places].reverse())
  assert.equal(one.named.size, 2)
  assert.ok(!one.named.has('a_b_c'))
  assert.deepEqual([...one.named.keys()].sort(), [...other.named.keys()].sort())
  assert.equal(one.collisions[0]?.name, 'a_b_c')
  assert.equal(one.collisions[0]?.names.length, 2)
})

test('any names give names that models can use, each leading back to its tool', () => {
  const text = fc.string({ unit: 'binary', maxLength: 90 })
  const one = fc.record({ server: text, tool: text, prefix: text })
  const all = fc.uniqueArray(one, {
    selector: ({ server, tool }) => JSON.stringify([server, tool]),
  })
  fc.assert(
    fc.property(all, (places) => {
      const { named, collisions } = nameForModels(places)
      for (const name of named.keys()) assert.match(name, /^[A-Za-z0-9_-]{1,64}$/)
      assert.equal(new Set(named.values()).size, named.size)
      if (collisions.length === 0) assert.equal(named.size, places.length)
      const again = nameForModels([...places].reverse())
      assert.deepEqual([...again.named.keys()].sort(), [...named.keys()].sort())
    }),
  )
})
