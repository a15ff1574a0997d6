import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeEvent, encodeMessageEvent } from './sse-encode.ts'

test('an event is written field by field', () => {
  assert.equal(
    encodeEvent({ data: '{}', event: 'message', id: '7', retry: 100 }),
    'event: message\nid: 7\nretry: 100\ndata: {}\n\n',
  )
  assert.equal(encodeEvent({ data: '' }), 'data: \n\n')
  assert.equal(encodeMessageEvent('{"a":1}'), encodeEvent({ data: '{"a":1}', event: 'message' }))
})

test('each line of the data has a field of its own', () => {
  assert.equal(encodeEvent({ data: 'a\nb\r\nc\rd' }), 'data: a\ndata: b\ndata: c\ndata: d\n\n')
})

test('a line break cannot be smuggled into another field', () => {
  for (const bad of ['a\nb', 'a\r', 'a\0']) {
    assert.throws(() => encodeEvent({ data: '', id: bad }), TypeError)
    assert.throws(() => encodeEvent({ data: '', event: bad }), TypeError)
  }
})
