import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createMemoryStore, type Store, StoreError } from '@lutra/core'
import { takeLease } from './lease.ts'

const key = 'lease/x'
const away = () => new StoreError('The store is away', { code: 'unavailable' })

test('a lease is kept up, also where the word of a renewal was lost', async () => {
  const kept = createMemoryStore()
  let writes = 0
  const store: Store = {
    ...kept,
    async set(...args) {
      const version = await kept.set(...args)
      if (++writes === 2) throw away()
      return version
    },
  }
  const lease = await takeLease({ store, key, ms: 500, onError() {} })
  await pause(800)
  lease?.assertHeld()
  assert.equal(lease?.lost.aborted, false)
  assert.equal(await takeLease({ store, key, ms: 500, onError() {} }), undefined)
  await lease?.release()
  assert.equal(await store.get(key), undefined)
})

test('a lease that cannot be renewed is lost before another can take it', async () => {
  const store = createMemoryStore()
  let isAway = false
  const failing: Store = {
    ...store,
    set: (...args) => (isAway ? Promise.reject(away()) : store.set(...args)),
  }
  // Long enough that a slow machine has the beat in which it gives up.
  const ms = 2000
  const lease = await takeLease({ store: failing, key, ms, onError() {} })
  isAway = true
  const lost = new Promise((resolve) => lease?.lost.addEventListener('abort', resolve))
  await lost
  assert.throws(() => lease?.assertHeld())
  assert.equal(await takeLease({ store, key, ms, onError() {} }), undefined)
  await lease?.release()
})

test('a process that was stopped for a while learns that its lease is over before it goes on', async () => {
  const store = createMemoryStore()
  const lease = await takeLease({ store, key, ms: 100, onError() {} })
  const until = performance.now() + 150
  // Nothing else gets a turn.
  while (performance.now() < until);
  assert.throws(() => lease?.assertHeld(), /lost/)
  await lease?.release()
})
