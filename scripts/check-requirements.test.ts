import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findGaps, type Requirement, readCitations } from './requirements.ts'

const wire: Requirement = {
  id: 'WIRE-05',
  on: ['client'],
  eras: ['modern', 'legacy'],
  page: '2026-07-28/basic',
  text: 'Each request has an id that is a string or an integer.',
}
const cite = (id: string) => ({ id, path: 'a.test.ts' })

test('ids are read from titles, in brackets, before a colon, or in a template', () => {
  const source = [
    "test('[WIRE-05, HTTP-24] hangs up', async () => {",
    "it('LEG-08: a stream', () => {",
    'verifies(\n  `STDIO-01 SUB-07 $' + '{name}: x`, body)',
    "// WIRE-06 in a comment, and text('WIRE-07')",
    'test("it\'s WIRE-08", f)',
    "test('it\\'s WIRE-09', f)",
    "test('no ids', () => 'WIRE-10')",
  ].join('\n')
  const ids = readCitations('a.test.ts', source).map(({ id }) => id)
  assert.deepEqual(ids, [
    'WIRE-05',
    'HTTP-24',
    'LEG-08',
    'STDIO-01',
    'SUB-07',
    'WIRE-08',
    'WIRE-09',
  ])
})

test('a requirement that no test cites is a gap, one that is only a SHOULD is not', () => {
  assert.deepEqual(findGaps([wire], [cite('WIRE-05')]), [])
  assert.deepEqual(findGaps([wire], []), [`WIRE-05 is cited by no test: ${wire.text}`])
  assert.deepEqual(findGaps([{ ...wire, force: 'SHOULD' }], []), [])
})

test('an id that no manifest lists is a gap', () => {
  assert.deepEqual(findGaps([], [cite('WIRE-99')]), [
    'a.test.ts cites WIRE-99, which no manifest lists',
  ])
})

test('an entry that is incomplete or listed twice is a gap', () => {
  const cited = [cite('WIRE-05')]
  const faulty: Partial<Requirement>[] = [
    { text: 'no sentence' },
    { text: 'See §3.' },
    { text: 'A leads to B.' },
    { on: [] },
    { on: ['intermediary'] },
    { eras: ['new'] },
    { page: 'basic' },
  ]
  for (const fault of faulty) {
    const gaps = findGaps([{ ...wire, ...fault }], cited)
    assert.equal(gaps.length, 1, JSON.stringify(fault))
    assert.match(gaps[0] ?? '', /^WIRE-05: it/)
  }
  assert.deepEqual(findGaps([wire, wire], cited), ['WIRE-05 is listed twice'])
})
