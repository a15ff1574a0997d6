import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createMemoryStore, type Store, StoreError } from '@lutra/core'
import { takeLease } from './lease.ts'

const key = 'lease/x'
const ms = 500
const away = () => new StoreError('The store is away', { code: 'unavailable' })

/** A time that goes on when it is told to, whatever the machine has to do. */
function createTime(t: TestContext) {
  let now = 1000
  t.mock.method(performance, 'now', () => now)
  t.mock.timers.enable({ apis: ['setInterval'] })
  return {
    now: () => now,
    /** Goes on by a beat, and lets what is due come to its end. */
    async pass(ms: number) {
      now += ms
      t.mock.timers.tick(ms)
      await new Promise(setImmediate)
    },
    /** Goes on without a turn for anybody. */
    stop(ms: number) {
      now += ms
    },
  }
}

test('a lease is kept up, also where the word of a renewal was lost', async (t) => {
  const time = createTime(t)
  const kept = createMemoryStore(time.now)
  let writes = 0
  const store: Store = {
    ...kept,
    async set(...args) {
      const version = await kept.set(...args)
      if (++writes === 2) throw away()
      return version
    },
  }
  const lease = await takeLease({ store, key, ms, onError() {} })
  for (let passed = 0; passed < 3 * ms; passed += 10) await time.pass(10)
  lease?.assertHeld()
  assert.equal(lease?.lost.aborted, false)
  assert.equal(await takeLease({ store, key, ms, onError() {} }), undefined)
  await lease?.release()
  assert.equal(await store.get(key), undefined)
})

test('a lease that cannot be renewed is lost before another can take it', async (t) => {
  const time = createTime(t)
  const store = createMemoryStore(time.now)
  let isAway = false
  const failing: Store = {
    ...store,
    set: (...args) => (isAway ? Promise.reject(away()) : store.set(...args)),
  }
  const lease = await takeLease({ store: failing, key, ms, onError() {} })
  isAway = true
  let passed = 0
  for (; !lease?.lost.aborted && passed < 2 * ms; passed += 10) await time.pass(10)
  assert.throws(() => lease?.assertHeld())
  assert.equal(await takeLease({ store, key, ms, onError() {} }), undefined)
  for (; passed <= ms; passed += 10) await time.pass(10)
  const next = await takeLease({ store, key, ms, onError() {} })
  assert.ok(next, 'another takes it once it is over')
  await lease?.release()
  next.assertHeld()
  await next.release()
})

test('a process that was stopped for a while learns that its lease is over before it goes on', async (t) => {
  const time = createTime(t)
  const store = createMemoryStore(time.now)
  const lease = await takeLease({ store, key, ms, onError() {} })
  time.stop(ms + 50)
  assert.throws(() => lease?.assertHeld(), /lost/)
  await lease?.release()
})
