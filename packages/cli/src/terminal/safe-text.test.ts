import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { actingIn } from '../../test/terminal.ts'
import { safeJson, safeLine, safeText } from './safe-text.ts'
import { alignRows, tabRows } from './table.ts'
import { pad, shorten, widthOf } from './width.ts'

const any = fc.string({ unit: 'binary', maxLength: 200 })
const nasty = fc
  .array(
    fc.oneof(any, fc.constantFrom('\u001b]8;;https://x\u0007', '\u009b2J', '\r', '\u202e', '\b')),
  )
  .map((parts) => parts.join(''))

test('whatever a text holds, nothing of it acts on a terminal', () => {
  fc.assert(
    fc.property(nasty, (text) => {
      assert.deepEqual(actingIn(safeText(text)), [])
      assert.equal(safeText(text).includes('\r'), false)
      const line = safeLine(text, 40)
      assert.equal(/[\n\t]/.test(line), false)
      assert.ok(line.length <= 40)
    }),
    { numRuns: 2000 },
  )
})

test('JSON says the same when it is read, and does nothing when it is shown', () => {
  fc.assert(
    fc.property(fc.jsonValue(), nasty, (value, text) => {
      for (const indent of [undefined, 2]) {
        const printed = safeJson({ value, text, [text]: 1 }, indent)
        assert.deepEqual(
          JSON.parse(printed),
          JSON.parse(JSON.stringify({ value, text, [text]: 1 })),
        )
        assert.deepEqual(actingIn(printed), [])
      }
    }),
    { numRuns: 1000 },
  )
})

test('what is harmless stays as it is', () => {
  for (const text of ['a\n\tb', 'naïve 日本語 العربية', '👩‍👩‍👧 🇨🇭', ''])
    assert.equal(safeText(text), text)
  assert.equal(safeText('a\r\nb'), 'a\nb')
  assert.equal(safeText('\u001b[31mred'), '␛[31mred')
  assert.equal(safeText('\u202egnp.exe'), '\\u{202e}gnp.exe')
})

test('a long text is made one line without reading all of it', () => {
  assert.equal(safeLine('x'.repeat(10_000_000), 10), `${'x'.repeat(9)}…`)
})

test('columns line up by what a terminal shows', () => {
  assert.equal(widthOf('日本 é👍\u0301'), 8)
  assert.equal(shorten('日本語', 4), '日…')
  assert.equal(pad('日', 4), '日  ')
  const rows = [
    ['a', 'one', 'x'.repeat(100)],
    ['日本', '', 'y\nz'],
  ]
  assert.deepEqual(alignRows(rows, ['whole', 'end', 'end'], 40), [
    `  a     one  ${'x'.repeat(26)}…`,
    '  日本       y z',
  ])
  assert.deepEqual(tabRows([['a\tb', 'c\nd']]), ['a b\tc d'])
  assert.deepEqual(alignRows([], ['whole'], 80), [])
})
