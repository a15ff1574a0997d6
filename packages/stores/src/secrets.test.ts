import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryBus, createMemoryStore, type StoreError } from '@lutra/core'
import { withSecrets } from './secrets.ts'
import { engineCases, secretCases } from './suite.ts'

const older = 'an older secret of more than thirty-two bytes'
const newer = 'a newer secret of more than thirty-two bytes'
const secret = { secret: true }

for (const { name, run } of engineCases) {
  test(`with secrets, ${name}`, () => {
    const store = withSecrets(createMemoryStore(), [newer])
    const engine = { store, bus: createMemoryBus(), close: async () => {} }
    return run({ one: engine, two: engine })
  })
}

for (const { name, run } of secretCases) {
  test(name, () => {
    const kept = createMemoryStore()
    const bus = createMemoryBus()
    return run(async (keys) => ({ store: withSecrets(kept, keys), bus, close: async () => {} }))
  })
}

test('an engine that keeps every other entry back for one that it cannot read is found out', async () => {
  const kept = createMemoryStore()
  const bus = createMemoryBus()
  for (const { run } of secretCases) {
    const opening = run(async (keys) => {
      const store = withSecrets(kept, keys)
      const strict = {
        ...store,
        async list(...words: Parameters<typeof store.list>) {
          const found = await store.list(...words)
          for (const { unreadable } of found) if (unreadable) throw unreadable
          return found
        },
      }
      return { store: strict, bus, close: async () => {} }
    })
    await assert.rejects(opening, { code: 'unreadable' })
  }
})

test('what is secret is not to be read in the engine, in whatever way it is looked for', async () => {
  const engine = createMemoryStore()
  const store = withSecrets(engine, [newer])
  const value = { token: 'hunter2', list: ['x'.repeat(300_000)] }
  const version = await store.set('people/ann', value, secret)
  await store.set('people/bob', { plain: true })
  const kept = await engine.list('')
  assert.doesNotMatch(JSON.stringify(kept[0]), /hunter2|"token"/)
  assert.deepEqual(kept[1]?.value, { plain: true })
  const read = await store.get('people/ann')
  assert.deepEqual([read?.value, read?.version], [value, version])
  assert.deepEqual((await store.getMany(['people/ann']))[0]?.value, value)
  assert.deepEqual((await store.list('people/a'))[0]?.value, value)
})

test('keys are rotated: older ones open, the newest seals', async () => {
  const engine = createMemoryStore()
  await withSecrets(engine, [older]).set('a/1', 'first', secret)
  const both = withSecrets(engine, [newer, older])
  assert.equal((await both.get('a/1'))?.value, 'first')
  await both.set('a/2', 'second', secret)
  const late = withSecrets(engine, [newer])
  assert.equal((await late.get('a/2'))?.value, 'second')
  await assert.rejects(late.get('a/1'), { name: 'StoreError', code: 'unreadable' })
})

test('a secret that was moved, changed or made up is refused', async () => {
  const engine = createMemoryStore()
  const store = withSecrets(engine, [newer])
  await store.set('a/1', 'mine', secret)
  const sealed = (await engine.get('a/1'))?.value
  await engine.set('a/2', sealed)
  await assert.rejects(store.get('a/2'), /tampered/)
  const [first, moved] = await store.list('a/')
  assert.deepEqual(
    [first?.value, moved?.value, moved?.unreadable?.code],
    ['mine', undefined, 'unreadable'],
  )
  await engine.set('a/2', { 'lutra.sealed': 'x' })
  const [madeUp, good] = await store.getMany(['a/2', 'a/1'])
  assert.match(String(madeUp?.unreadable), /malformed/)
  assert.equal(good?.value, 'mine')
  await assert.rejects(store.set('a/3', sealed), { code: 'invalid' })
})

test('without keys nothing secret is written in the clear, and errors name no value', async () => {
  const store = withSecrets(createMemoryStore(), undefined)
  await store.set('a/1', 'plain')
  await assert.rejects(
    store.set('people/ann@example.com', 'hunter2', secret),
    (error: StoreError) => {
      assert.doesNotMatch(error.message, /hunter2|ann/)
      return error.code === 'invalid'
    },
  )
})
