import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alignRows, type Column, tabRows } from './table.ts'
import { shortenMiddle, widthOf, wrap } from './width.ts'

const id = 'tsk_0123456789abcdefghijklmnopqrstuvwxyz'
const url = 'https://a-rather-long-name.shop.example/with/a/long/path/mcp'
const rows = [
  [id, 'working', 'bake', url, '2026-11-21 13:00', 'Half of it is done, and the other half is not'],
  [id, 'input_required', 'book', 'http://127.0.0.1:3000/mcp', '2026-11-21 13:00', ''],
]
const columns: Column[] = ['whole', 'whole', 'whole', 'middle', 'whole', 'end']

test('what has room stands in a line each, with nothing cut', () => {
  assert.deepEqual(
    alignRows(
      [
        ['a', 'bb', 'ccc'],
        ['aa', '', 'c'],
      ],
      ['whole', 'end', 'end'],
      80,
    ),
    ['  a   bb  ccc', '  aa      c'],
  )
  for (const line of alignRows(rows, columns, 250)) assert.doesNotMatch(line, /…/)
})

test('on a narrow terminal ids stay whole, and what has no room stands below', () => {
  for (const width of [60, 80, 100]) {
    const lines = alignRows(rows, columns, width)
    assert.equal(lines.filter((line) => line.includes(id)).length, 2)
    for (const line of lines) assert.ok(widthOf(line) <= width, `${width}: ${line}`)
  }
  const [first, second, third, fourth] = alignRows(rows, columns, 80)
  assert.equal(first, `  ${id}  working         bake`)
  assert.match(second ?? '', /^ {6}https:\/\/a-r\S*…\S+\/mcp {2}2026-11-21 13:00$/)
  assert.equal(third, '      Half of it is done, and the other half is not')
  assert.equal(fourth, `  ${id}  input_required  book`)
})

test('an id that is wider than the terminal is still whole', () => {
  assert.deepEqual(alignRows([[id, 'working']], ['whole', 'whole'], 20), [
    `  ${id}`,
    '      working',
  ])
})

test('a description goes on below itself, between words', () => {
  assert.deepEqual(
    alignRows([['city', 'Where it is, or was, or will be']], ['whole', 'wrap'], 32),
    ['  city  Where it is, or was, or', '        will be'],
  )
})

test('for programs nothing is cut, and nothing of it acts on a terminal', () => {
  const long = 'word '.repeat(2000).trim()
  assert.deepEqual(tabRows([[long, 'a\tb\u001b']]), [`${long}\ta b␛`])
})

test('the middle goes where a text is too wide, whatever it is made of', () => {
  assert.equal(shortenMiddle('https://shop.example/mcp', 15), 'https://sh…/mcp')
  assert.equal(shortenMiddle('short', 15), 'short')
  for (const columns of [1, 2, 3, 8, 9]) {
    assert.ok(widthOf(shortenMiddle('日本語のとても長い名前', columns)) <= columns, String(columns))
  }
  assert.deepEqual(wrap('one two three', 7), ['one two', 'three'])
})
