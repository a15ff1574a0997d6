import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  encodeNotification,
  encodeResult,
  isEncoded,
  withEncoded,
  withEncodedNotification,
} from './encode.ts'

test('a result is encoded as it is, or by the text that it carries', () => {
  const plain = { resultType: 'complete', n: 1 }
  assert.equal(encodeResult(plain), '{"resultType":"complete","n":1}')
  const carried = withEncoded({ resultType: 'complete' }, '{"carried":true}')
  assert.equal(encodeResult(carried), '{"carried":true}')
  assert.deepEqual([isEncoded(carried), isEncoded(plain)], [true, false])
  assert.equal(JSON.stringify(carried), '{"resultType":"complete"}')
})

test('a copy by spread loses the text, and is encoded anew', () => {
  const copy = { ...withEncoded({ resultType: 'complete' }), more: 1 }
  assert.equal(isEncoded(copy), false)
  assert.equal(encodeResult(copy), '{"resultType":"complete","more":1}')
})

test('a notification is encoded as a whole message, or by the text that it carries', () => {
  assert.equal(encodeNotification({ method: 'a' }), '{"jsonrpc":"2.0","method":"a"}')
  const told = withEncodedNotification({ method: 'a', params: {} }, 'carried')
  assert.equal(encodeNotification(told), 'carried')
  assert.equal(encodeNotification({ ...told }), '{"jsonrpc":"2.0","method":"a","params":{}}')
})

test('what JSON cannot hold is a TypeError', () => {
  assert.throws(() => encodeResult({ resultType: 'complete', n: 1n }), TypeError)
})
