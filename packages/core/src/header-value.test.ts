import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeHeaderValue, encodeHeaderValue } from './header-value.ts'

const vectors: readonly (readonly [string, string])[] = [
  ['Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
  [' padded ', '=?base64?IHBhZGRlZCA=?='],
  ['line1\nline2', '=?base64?bGluZTEKbGluZTI=?='],
  ['=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='],
  ['us west 1', 'us west 1'],
  ['', ''],
  ['=?base64?', '=?base64?'],
  ['a?=', 'a?='],
  ['=?BASE64?YQ==?=', '=?BASE64?YQ==?='],
]

test('[HTTP-53, HTTP-54, HTTP-55] a header value is written as the specification shows it, and read back', () => {
  for (const [text, value] of vectors) {
    assert.equal(encodeHeaderValue(text), value)
    assert.equal(decodeHeaderValue(value), text)
  }
})

test('a tab is encoded, though one inside a value is read', () => {
  assert.equal(encodeHeaderValue('a\tb'), '=?base64?YQli?=')
  assert.equal(decodeHeaderValue('a\tb'), 'a\tb')
})

test('an empty value may come between markers', () => {
  assert.equal(decodeHeaderValue('=?base64??='), '')
})

test('[HTTP-57] what only resembles the markers is literal', () => {
  for (const value of [
    '=?BASE64?YQ==?=',
    '=?base64?YQ==',
    'YQ==?=',
    '=?base64?=',
    '=?Base64?YQ==?=',
  ]) {
    assert.equal(decodeHeaderValue(value), value)
  }
})

test('[HTTP-58] malformed Base64, malformed UTF-8 and characters beyond ASCII are refused', () => {
  const bad = [
    '=?base64?YQ=?=',
    '=?base64?YQ?=',
    '=?base64?Y?=',
    '=?base64?====?=',
    '=?base64?YQ==YQ==?=',
    '=?base64?Y Q=?=',
    '=?base64?_-8=?=',
    '=?base64?YQ=\n?=',
    '=?base64?/w==?=',
    '=?base64?7aCA?=',
    'é',
    'a\u0000',
    'a\u007f',
  ]
  for (const value of bad) assert.equal(decodeHeaderValue(value), undefined, value)
})

test('any text comes back, by way of visible ASCII without blanks at its ends', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const value = encodeHeaderValue(text)
      assert.match(value, /^(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/)
      assert.equal(decodeHeaderValue(value), text.toWellFormed())
    }),
    { numRuns: 2000 },
  )
})

test('any value is decoded or refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (inner) => {
      decodeHeaderValue(inner)
      decodeHeaderValue(`=?base64?${inner}?=`)
    }),
    { numRuns: 5000 },
  )
})

test('a long value does not exhaust the stack', () => {
  const text = '世'.repeat(300_000)
  assert.equal(decodeHeaderValue(encodeHeaderValue(text)), text)
})
