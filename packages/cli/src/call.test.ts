import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { kiosk, kioskFetch, kioskProcess, lutra, type Running, start } from '../test/lutra.ts'

const folder = mkdtempSync(join(tmpdir(), 'lutra-call-'))
let serving: Running
let url = ''

before(async () => {
  serving = start(['serve', kiosk, '--port', '0'])
  url = (await serving.saw(/at (http:\S+)/, 'stderr'))[1] ?? ''
})
after(async () => {
  serving.child.kill('SIGTERM')
  await serving.ended
  rmSync(folder, { recursive: true })
})

const words = ['text=1', 'count=2', 'ratio=0.5', 'loud=true', 'tags=a', 'sizes=1', 'sizes=2']
const typed = { text: '1', count: 2, ratio: 0.5, loud: true, tags: ['a'], sizes: [1, 2] }

test('arguments become what the schema wants, the same over every way to a server', async () => {
  const ways = [
    [kiosk, 'echo', ...words],
    [kioskFetch, 'echo', ...words],
    [url, 'echo', ...words],
    ['echo', ...words, '--', ...kioskProcess],
    [kiosk, 'echo', ...words, '--era', 'legacy'],
    [kioskFetch, 'echo', ...words, '--era', 'legacy'],
    [url, 'echo', ...words, '--era', 'legacy'],
    ['echo', ...words, '--era', 'legacy', '--', ...kioskProcess],
  ]
  for (const way of ways) {
    const { code, stdout, stderr } = await lutra(['call', ...way])
    assert.deepEqual([code, JSON.parse(stdout)], [0, typed], way.join(' ') + stderr)
  }
})

test('JSON, files and stdin give arguments too', async () => {
  const file = join(folder, 'args.json')
  writeFileSync(file, '{"text": "from a file", "count": 3}')
  const ways: [string[], object, string?][] = [
    [['--json', '{"text": "a", "place": {"lat": 1}}'], { text: 'a', place: { lat: 1 } }],
    [[`@${file}`, 'count=4'], { text: 'from a file', count: 4 }],
    [['@-'], { text: 'stdin' }, '{"text":"stdin"}'],
    [['text=@-'], { text: 'line\n' }, 'line\n'],
    [
      ['text=@@home', 'either=5', 'place={"lat":2}'],
      { text: '@home', either: 5, place: { lat: 2 } },
    ],
    [['either:="5"', 'sizes=[1,2]'], { either: '5', sizes: [1, 2] }],
  ]
  for (const [args, expected, input = ''] of ways) {
    const { stdout, stderr } = await lutra(['call', kiosk, 'echo', '--json', ...args], { input })
    const { content } = JSON.parse(stdout || '{"content":[{"text":"null"}]}')
    assert.deepEqual(JSON.parse(content[0].text), expected, stderr)
  }
})

test('words that cannot be right are refused before anything is sent', async () => {
  const wrong: [string[], RegExp][] = [
    [['echo', 'count=many'], /count of echo: expected a whole number, not "many"/],
    [['echo', 'txt=a'], /echo has no argument txt; did you mean text\?/],
    [
      ['echo', 'text=@/no/such/file'],
      /there is no such file; a text that begins with @ is written text=@@/,
    ],
    [['echo', 'text'], /Expected key=value/],
    [['echo', '{"text":'], /no JSON/],
    [['ecko'], /no tool "ecko"; did you mean echo\?/],
    [[], /Which tool\?/],
    [['echo', '--jsn'], /Unknown option --jsn; did you mean --json\?/],
    [['echo', '--timeout', 'soon'], /--timeout takes seconds/],
    [['echo', '--era', 'old'], /--era takes auto, modern or legacy/],
    [['echo', '--token', 'x'], /--token is for a server over HTTP/],
    [['echo', '--log', 'loud'], /--log takes one of debug/],
  ]
  for (const [args, message] of wrong) {
    const { code, stdout, stderr } = await lutra(['call', kiosk, ...args])
    assert.deepEqual([code, stdout], [2, ''], args.join(' '))
    assert.match(stderr, message)
    assert.match(stderr, /See lutra call --help/)
    assert.doesNotMatch(stderr, /\n {4}at /)
  }
})

test('a tool that fails ends with 1, and what it said is the data', async () => {
  const { code, stdout } = await lutra(['call', url, 'fail'])
  assert.deepEqual([code, stdout], [1, 'The kiosk is closed\n'])
  const asJson = await lutra(['call', url, 'fail', '--json'])
  assert.equal(asJson.code, 1)
  assert.equal(JSON.parse(asJson.stdout).isError, true)
})

test('a server with a bug says no more than it should', async () => {
  const { code, stdout, stderr } = await lutra(['call', url, 'crash'])
  assert.notEqual(code, 0)
  assert.doesNotMatch(stdout + stderr, /a bug within/)
})

test('what a server of this process prints does not mix with the data', async () => {
  const { stdout, stderr } = await lutra(['call', kiosk, 'noisy'])
  assert.equal(stdout, 'quiet\n')
  assert.match(stderr, /debugging output/)
})

test('progress goes to stderr, a line each, and as JSON with --json', async () => {
  const plain = await lutra(['call', url, 'walk'])
  assert.equal(plain.stdout, 'There\n')
  assert.equal(plain.stderr, '1/3 step 1\n2/3 step 2\n3/3 step 3\n')
  const asJson = await lutra(['call', 'walk', '--json', '--', ...kioskProcess])
  const [first] = asJson.stderr.trim().split('\n')
  assert.deepEqual(JSON.parse(first ?? ''), {
    progress: { progress: 1, total: 3, message: 'step 1' },
  })
})

test('what a server logs about a call is shown where it is asked for', async () => {
  for (const era of ['modern', 'legacy']) {
    const { stderr } = await lutra(['call', url, 'noisy', '--log', 'info', '--era', era])
    assert.equal(stderr, 'warning: low on ␛[1mplums\n')
  }
  assert.equal((await lutra(['call', url, 'noisy', '--log', 'error'])).stderr, '')
  assert.equal((await lutra(['call', url, 'noisy'])).stderr, '')
})

test('without anyone to ask, nothing is asked', async () => {
  const { code, stdout } = await lutra(['call', url, 'insist'])
  assert.deepEqual([code, stdout], [1, 'Somebody has to be sure\n'])
})

test('the command line answers questions, in every era', async () => {
  const answers = ['-a', 'name=Ada', '-a', 'kind=plum', '-a', 'gift=true', '-a', 'slices=2']
  const expected = { slices: 2, name: 'Ada', kind: 'plum', gift: true }
  for (const era of ['modern', 'legacy']) {
    const { code, stdout } = await lutra(['call', url, 'order', '--era', era, ...answers])
    assert.equal(code, 0)
    assert.deepEqual(JSON.parse(stdout), expected)
  }
})

test('an answer that is missing or wrong is told with what would fit, and ends with 6', async () => {
  const missing = await lutra(['call', url, 'order', '-a', 'name=Ada', '--yes'])
  assert.equal(missing.code, 6)
  assert.match(missing.stderr, /The server asks: Which cake\?/)
  assert.match(missing.stderr, /kind is required \(one of plum, apple\)/)
  assert.match(missing.stderr, /Give --answer FIELD=VALUE/)
  const wrong = await lutra(['call', url, 'order', '-a', 'slices=lots'])
  assert.equal(wrong.code, 6)
  assert.match(wrong.stderr, /--answer slices: expected a whole number/)
})

test('what a server cannot do without asking ends with 6', async () => {
  const { code, stderr } = await lutra(['call', url, 'demand'])
  assert.equal(code, 6)
  assert.match(stderr, /elicitation \(-32021\)[\s\S]*run this in a terminal/)
  const unasked = await lutra(['call', url, 'pay', '--yes'])
  assert.equal(unasked.stdout, 'Answer: unsupported\n', 'nobody agrees to open a page unseen')
})

test('Ctrl-C cancels the call at the server and ends with 130', async () => {
  for (const era of ['modern', 'legacy']) {
    const SEEN = join(folder, `seen-${era}`)
    const run = start(['call', 'wait', '--era', era, '-e', `SEEN=${SEEN}`, '--', ...kioskProcess])
    await run.saw(/waiting/, 'stderr')
    run.child.kill('SIGINT')
    const { code, stdout, stderr } = await run.ended
    assert.deepEqual([code, stdout, stderr], [130, '', '1/2 waiting\n'])
    assert.equal(readFileSync(SEEN, 'utf8'), 'cancelled\n')
  }
  const overHttp = start(['call', url, 'wait', '--json'])
  await overHttp.saw(/waiting/, 'stderr')
  overHttp.child.kill('SIGTERM')
  assert.equal((await overHttp.ended).code, 143)
})

test('a call that takes too long ends with 7 and says how to wait longer', async () => {
  const { code, stderr } = await lutra(['call', url, 'wait', '--timeout', '300ms'])
  assert.equal(code, 7)
  assert.match(stderr, /took longer than 300 ms[\s\S]*--timeout SECONDS/)
})

test('a server process gets the variables that it is given, and no others', async () => {
  const args = [
    '-e',
    'process.stdin.resume(); console.error(process.env.A, process.env.B, process.env.C)',
  ]
  const { stderr } = await lutra(
    ['discover', '-v', '--timeout', '1', '-e', 'A=1', '-e', 'B', '--', process.execPath, ...args],
    { env: { B: '2', C: '3' } },
  )
  assert.match(stderr, /\| 1 2 undefined/)
})
