import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createLineReader, LineError, readLines } from './lines.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function read(chunks: readonly Uint8Array[], maxBytes?: number) {
  const lines: string[] = []
  const errors: string[] = []
  const reader = createLineReader((line) => lines.push(line), {
    ...(maxBytes && { maxBytes }),
    onError: (error) => errors.push(error.message),
  })
  for (const chunk of chunks) reader.push(chunk)
  reader.end()
  return { lines, errors }
}

test('[STDIO-01] lines come out whole wherever the chunks were cut, in the middle of a character too', () => {
  const whole = bytes('{"a":"世界🎉"}\n\r\n  \n{"b":2}\r\n[3]')
  for (let size = 1; size <= whole.length; size++) {
    const chunks: Uint8Array[] = []
    for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size))
    assert.deepEqual(read(chunks).lines, ['{"a":"世界🎉"}', '{"b":2}', '[3]'])
  }
})

test('a chunk may be overwritten after it was pushed', () => {
  const lines: string[] = []
  const reader = createLineReader((line) => lines.push(line))
  const chunk = bytes('abc')
  reader.push(chunk)
  chunk.fill(0x78)
  reader.push(bytes('\n'))
  assert.deepEqual(lines, ['abc'])
})

test('a line over the limit is told of once and dropped, and the next one is read', () => {
  const long = 'x'.repeat(50)
  const text = `ab\n${long}\ncd\n${long}${long}\nef\n`
  for (const size of [1, 7, 49, 1000]) {
    const whole = bytes(text)
    const chunks: Uint8Array[] = []
    for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size))
    const { lines, errors } = read(chunks, 10)
    assert.deepEqual(lines, ['ab', 'cd', 'ef'])
    assert.deepEqual(errors, Array(2).fill('A line is longer than 10 bytes'))
  }
})

test('a line of exactly the limit is read', () => {
  assert.deepEqual(read([bytes('12345'), bytes('67890\n')], 10).lines, ['1234567890'])
  assert.deepEqual(read([bytes('1234567890\n')], 10).lines, ['1234567890'])
  assert.equal(read([bytes('12345678901\n')], 10).errors.length, 1)
})

test('a line that is not UTF-8 is dropped', () => {
  const { lines, errors } = read([bytes('a\n'), Uint8Array.of(0xc3, 0x28, 0x0a), bytes('b\n')])
  assert.deepEqual(lines, ['a', 'b'])
  assert.deepEqual(errors, ['A line is not valid UTF-8'])
})

test('any text in any chunks gives the lines that splitting it gives', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '世', '\n', '\r', '"') }), {
        maxLength: 30,
      }),
      (texts) => {
        const expected = texts
          .join('')
          .split('\n')
          .map((line) => line.replace(/\r$/, ''))
          .filter((line) => line !== '')
        assert.deepEqual(read(texts.map(bytes)).lines, expected)
      },
    ),
  )
})

test('readLines reads a stream of bytes, and throws where nobody listens for a bad line', async () => {
  async function* chunks() {
    yield bytes('a\nb')
    yield bytes('c\n')
    yield bytes('d')
  }
  const lines: string[] = []
  for await (const line of readLines(chunks())) lines.push(line)
  assert.deepEqual(lines, ['a', 'bc', 'd'])
  await assert.rejects(async () => {
    for await (const _ of readLines(chunks(), { maxBytes: 1 }));
  }, LineError)
})

test('time is linear in the size of a line, however small its chunks', () => {
  const time = (size: number) => {
    const chunk = new Uint8Array(1024).fill(0x61)
    // Of the processor: on a busy machine, who takes longer waits more than its share.
    const started = process.cpuUsage()
    const reader = createLineReader(() => {})
    for (let sent = 0; sent < size; sent += chunk.length) reader.push(chunk)
    reader.end()
    const { user, system } = process.cpuUsage(started)
    return (user + system) / 1000
  }
  time(1 << 20)
  const best = (size: number) => Math.min(...Array.from({ length: 4 }, () => time(size)))
  const [small, large] = [best(1 << 21), best(1 << 25)]
  // 16 times the bytes: 256 times the time if it were quadratic.
  assert.ok(large < Math.max(small, 1) * 100, `${small} ms, then ${large} ms`)
})
