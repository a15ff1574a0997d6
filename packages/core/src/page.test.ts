import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RpcError } from './error.ts'
import { decodeCursor, encodeCursor, pageOf, readCursor } from './page.ts'

const invalid = (error: unknown) => error instanceof RpcError && error.code === -32602

test('a cursor gives back its key, whatever characters it has', () => {
  const key = fc.string({ unit: 'grapheme' })
  fc.assert(fc.property(key, (key) => decodeCursor(encodeCursor(key)) === key))
})

test('any other text is refused', () => {
  for (const text of [
    '',
    'x',
    '!!',
    'YWZ0ZXI',
    encodeCursor('a').slice(0, -1),
    `${encodeCursor('a')}=`,
  ]) {
    assert.throws(() => decodeCursor(text), invalid, text)
  }
  assert.throws(() => decodeCursor('A'.repeat(1_000_000)), invalid)
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        return encodeCursor(decodeCursor(text)) === text
      } catch (error) {
        return invalid(error)
      }
    }),
  )
})

test('pages join up to the whole list, in order', () => {
  const property = fc.property(
    fc.uniqueArray(fc.string()),
    fc.integer({ min: 1, max: 7 }),
    (all, size) => {
      const seen: string[] = []
      for (let after: string | undefined, more = true; more; ) {
        const page = pageOf(all, { after, size, keyOf: (item) => item })
        assert.ok(page.items.length <= size)
        seen.push(...page.items)
        more = page.next !== undefined
        after = page.next
      }
      assert.deepEqual(seen, all)
    },
  )
  fc.assert(property)
})

test('a cursor whose item is gone is refused', () => {
  const keyOf = (item: string) => item
  assert.throws(() => pageOf(['a', 'c'], { after: 'b', size: 1, keyOf }), invalid)
})

test('an empty cursor is a cursor; one that is no text is refused', () => {
  assert.equal(readCursor({ cursor: '' }), '')
  assert.equal(readCursor({}), undefined)
  assert.throws(() => readCursor({ cursor: null }), invalid)
  assert.throws(() => readCursor({ cursor: 1 }), invalid)
})
