import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreError } from './store-error.ts'
import { followAbort, raceAbort, retryStore, sleep } from './wait.ts'

const never = new Promise<never>(() => {})

test('a wait ends with the reason of its signal, before it or during it', async () => {
  const control = new AbortController()
  const waits = [sleep(60_000, control.signal), raceAbort(never, control.signal)]
  control.abort('gone')
  for (const wait of waits) await assert.rejects(wait, (reason) => reason === 'gone')
  await assert.rejects(sleep(60_000, control.signal), (reason) => reason === 'gone')
  await assert.rejects(raceAbort(never, control.signal), (reason) => reason === 'gone')
})

test('a wait longer than the clock of the runtime is not over at once', async () => {
  const control = new AbortController()
  const wait = sleep(Number.POSITIVE_INFINITY, control.signal)
  await sleep(5)
  control.abort('gone')
  await assert.rejects(wait, (reason) => reason === 'gone')
})

test('a controller follows a signal until it is let go', () => {
  const [signal, led, free] = [new AbortController(), new AbortController(), new AbortController()]
  followAbort(signal.signal, led)
  followAbort(signal.signal, free)()
  signal.abort('gone')
  assert.equal(led.signal.reason, 'gone')
  assert.equal(free.signal.aborted, false)
})

/** Fails with each of these codes, then is done. */
function failing(...codes: readonly StoreError['code'][]) {
  const left = [...codes]
  return async () => {
    const code = left.shift()
    if (code) throw new StoreError(code, { code })
    return 'done'
  }
}

test('a store that is away is waited for, one that is full only where that is wished', async () => {
  // What is waited with keeps no process alive.
  const alive = setInterval(() => {}, 1000)
  assert.equal(await retryStore(failing('unavailable', 'unavailable')), 'done')
  assert.equal(await retryStore(failing('full'), { codes: ['unavailable', 'full'] }), 'done')
  await assert.rejects(retryStore(failing('full')), { code: 'full' })
  await assert.rejects(retryStore(failing('invalid'), { codes: ['unavailable', 'full'] }), {
    code: 'invalid',
  })
  clearInterval(alive)
})

test('a store is given up with what it said last', async () => {
  const alive = setInterval(() => {}, 1000)
  const control = new AbortController()
  const waits = retryStore(failing('unavailable', 'full'), {
    signal: control.signal,
    codes: ['unavailable', 'full'],
  })
  await sleep(10)
  control.abort()
  await assert.rejects(waits, { code: 'full' })
  await assert.rejects(retryStore(failing('unavailable', 'unavailable'), { patienceMs: 10 }), {
    code: 'unavailable',
  })
  clearInterval(alive)
})
