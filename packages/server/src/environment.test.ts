import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeResult, isEncoded, withEncoded } from '@lutra/core'
import { signed } from './environment.ts'

const one = { server: 'one' }
const two = { server: 'two' }

test('a result that is sent many times is signed and encoded once for each server', () => {
  const shared = withEncoded({ resultType: 'complete', n: 1, _meta: { own: 1 } })
  const first = signed(shared, one)
  assert.equal(signed(shared, one), first)
  assert.ok(isEncoded(first))
  assert.deepEqual(JSON.parse(encodeResult(first)), {
    resultType: 'complete',
    n: 1,
    _meta: { own: 1, server: 'one' },
  })
  assert.deepEqual(JSON.parse(encodeResult(signed(shared, two)))._meta, { own: 1, server: 'two' })
  assert.deepEqual(JSON.parse(encodeResult(signed(shared, one)))._meta, { own: 1, server: 'one' })
})

test('any other result is signed anew', () => {
  const result = { resultType: 'complete', n: 1 }
  const first = signed(result, one)
  assert.notEqual(signed(result, one), first)
  assert.equal(isEncoded(first), false)
  assert.deepEqual(first, { resultType: 'complete', n: 1, _meta: one })
})
