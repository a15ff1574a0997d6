import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from './nearest.ts'
import { readDuration } from './target/duration.ts'
import { commonFlags, targetFlags } from './target/flags.ts'
import { parseWords } from './words.ts'

const parse = (...args: string[]) => parseWords(args, { ...targetFlags, ...commonFlags })

test('options may stand anywhere before --, and what is behind it is left alone', () => {
  const words = parse(
    'tools',
    '--json',
    'x',
    '-H',
    'A: 1',
    '-H',
    'B: 2',
    '--',
    'npx',
    '-y',
    '--',
    's',
  )
  assert.deepEqual(words.plain, ['tools', 'x'])
  assert.deepEqual(words.command, ['npx', '-y', '--', 's'])
  assert.deepEqual(words.texts('header'), ['A: 1', 'B: 2'])
  assert.equal(words.on('json'), true)
  assert.equal(words.on('verbose'), false)
  assert.equal(words.text('token'), undefined)
  assert.equal(parse('--token=a=b').text('token'), 'a=b')
  assert.equal(parse('a').command, undefined)
})

test('the id of a task is no option, whatever it begins with', () => {
  for (const id of [`-${'a'.repeat(31)}`, `--${'b'.repeat(30)}`, `-H${'c'.repeat(30)}`]) {
    assert.deepEqual(parse('get', id, '--json').plain, ['get', id])
    assert.equal(parse('--token', id).text('token'), id)
    assert.deepEqual(parse('-H', id).texts('header'), [id])
  }
})

test('options that are wrong are told', () => {
  assert.throws(() => parse('--jason'), /Unknown option --jason; did you mean --json\?/)
  assert.throws(() => parse('-x'), /Unknown option -x$/)
  assert.throws(() => parse('--constructor'), /Unknown option --constructor$/)
  assert.throws(() => parse('--token'), /--token needs a value: --token TOKEN\|@FILE/)
  assert.throws(() => parse('--json=yes'), /--json is a switch and takes no value/)
})

test('times are read with and without a unit', () => {
  assert.equal(readDuration('30', '--timeout'), 30_000)
  assert.equal(readDuration('1.5s', '--timeout'), 1_500)
  assert.equal(readDuration('250ms', '--timeout'), 250)
  assert.equal(readDuration('2m', '--timeout'), 120_000)
  for (const wrong of ['', '0', '-1', '1h', 'soon', '1e9']) {
    assert.throws(() => readDuration(wrong, '--timeout'), /--timeout takes seconds/)
  }
})

test('a misspelt name is led to the nearest one, a strange one to none', () => {
  const names = ['list', 'listen', 'call', 'complete']
  assert.equal(nearest('lst', names), 'list')
  assert.equal(nearest('Listten', names), 'listen')
  assert.equal(nearest('compelte', names), 'complete')
  assert.equal(nearest('serve', names), undefined)
  assert.equal(nearest('', names), undefined)
})
