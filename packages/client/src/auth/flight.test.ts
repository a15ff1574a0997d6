import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deferred } from '@lutra/core'
import { createFlight } from './flight.ts'

test('work is done once for all who come while it is done, and anew for who comes later', async () => {
  const flight = createFlight<number>()
  let started = 0
  const start = async () => {
    started += 1
    return started
  }
  assert.deepEqual(await Promise.all([1, 2, 3].map(() => flight.join(undefined, start))), [1, 1, 1])
  assert.equal(await flight.join(undefined, start), 2)
})

test('it goes on for the others when one gives up, and ends when all have', async () => {
  const flight = createFlight<number>()
  const done = deferred<number>()
  let signal: AbortSignal | undefined
  const start = (own: AbortSignal) => {
    signal = own
    return done.promise
  }
  const [first, second] = [new AbortController(), new AbortController()]
  const both = [first, second].map((control) => flight.join(control.signal, start))
  const ends = Promise.allSettled(both)
  first.abort(new Error('one'))
  await assert.rejects(both[0] ?? assert.fail(), /one/)
  assert.equal(signal?.aborted, false)
  second.abort(new Error('two'))
  await ends
  assert.equal(signal?.aborted, true)
  assert.equal(await flight.join(undefined, async () => 7), 7)
})

test('a failure is everybody’s, and the next one tries again', async () => {
  const flight = createFlight<number>()
  const fail = () => Promise.reject(new Error('no'))
  const ends = await Promise.allSettled([1, 2].map(() => flight.join(undefined, fail)))
  assert.ok(ends.every(({ status }) => status === 'rejected'))
  assert.equal(await flight.join(undefined, async () => 1), 1)
})
