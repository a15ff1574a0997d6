import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSseDecoder, SseError, type SseEvent } from './sse-decode.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const read = (text: string): readonly SseEvent[] => createSseDecoder().push(text)

test('reads events that end in LF, CR or CRLF', () => {
  for (const end of ['\n', '\r', '\r\n']) {
    const events = read(`data: one${end}${end}event: tick${end}data:two${end}${end}`)
    // A CR at the very end completes its line at once.
    assert.deepEqual(events, [
      { event: 'message', data: 'one' },
      { event: 'tick', data: 'two' },
    ])
  }
})

test('[HTTP-23] joins data lines, skips comments, unknown fields and events without data', () => {
  const events = read(
    '\uFEFF: hello\n:\ndata: a\ndata\nfoo: bar\ndata:  b\n\nevent: empty\n\ndata: c\n\n',
  )
  assert.deepEqual(events, [
    { event: 'message', data: 'a\n\n b' },
    { event: 'message', data: 'c' },
  ])
})

test('keeps id and retry, and ignores malformed ones', () => {
  const events = read(
    'id: 1\nretry: 250\ndata: a\n\nid: x\0y\nretry: -1\ndata: b\n\nid\ndata: c\n\n',
  )
  assert.deepEqual(events, [
    { event: 'message', data: 'a', id: '1', retry: 250 },
    { event: 'message', data: 'b', id: '1', retry: 250 },
    { event: 'message', data: 'c', id: '', retry: 250 },
  ])
})

test('drops an event that the stream breaks off', () => {
  assert.deepEqual(read('data: a\n\ndata: b\n'), [{ event: 'message', data: 'a' }])
})

test('any cut of the bytes gives the same events', () => {
  const line = fc.constantFrom('data: é☃', 'data', ': ping', 'event: x', 'id: 7', '', '', 'data:𝄞')
  const end = fc.constantFrom('\n', '\r', '\r\n')
  fc.assert(
    fc.property(
      fc.array(fc.tuple(line, end), { maxLength: 30 }),
      fc.array(fc.nat(200), { maxLength: 40 }),
      (lines, cuts) => {
        const all = bytes(lines.flat().join(''))
        const whole = createSseDecoder().push(all)
        const decoder = createSseDecoder()
        const points = [0, ...cuts.filter((cut) => cut <= all.length).sort((a, b) => a - b)]
        const parts = points.map((point, i) => all.subarray(point, points[i + 1] ?? all.length))
        assert.deepEqual(
          parts.flatMap((part) => decoder.push(part)),
          whole,
        )
      },
    ),
  )
})

test('a million chunks of one byte are read in time', { timeout: 20_000 }, () => {
  const decoder = createSseDecoder()
  const letter = bytes('x')
  decoder.push('data: ')
  for (let count = 0; count < 1_000_000; count++) decoder.push(letter)
  assert.equal(decoder.push('\n\n')[0]?.data.length, 1_000_000)
})

test('a large chunk of ends alone is read in time', { timeout: 20_000 }, () => {
  assert.equal(createSseDecoder().push('\r'.repeat(4_000_000)).length, 0)
  assert.equal(createSseDecoder().push('data\n\n'.repeat(500_000)).length, 500_000)
})

test('refuses an event over the bound, in one line or in many', () => {
  const one = createSseDecoder({ maxBytes: 100 })
  assert.throws(() => one.push(`data: ${'x'.repeat(200)}`), SseError)
  const many = createSseDecoder({ maxBytes: 100 })
  assert.throws(() => many.push('data:\n'.repeat(50)), SseError)
  const comments = createSseDecoder({ maxBytes: 100 })
  for (let count = 0; count < 100; count++)
    assert.deepEqual(comments.push(`:${'x'.repeat(90)}`), [])
  assert.deepEqual(comments.push('\ndata: a\n\n'), [{ event: 'message', data: 'a' }])
})

test('the id and the wait are known also from an event without data, but not from a broken one', () => {
  const decoder = createSseDecoder()
  assert.deepEqual(decoder.push('id: a\nretry: 20\n\n'), [])
  assert.equal(decoder.id, 'a')
  assert.equal(decoder.retry, 20)
  decoder.push('id: b\ndata: x')
  assert.equal(decoder.id, 'a')
  decoder.push('\n\n')
  assert.equal(decoder.id, 'b')
})
