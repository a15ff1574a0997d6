import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { kiosk, kioskProcess, lutra, type Running, root, start } from '../test/lutra.ts'
import { actingIn } from '../test/terminal.ts'

const everything = [
  process.execPath,
  fileURLToPath(
    new URL(
      '../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js',
      import.meta.url,
    ),
  ),
]
let serving: Running
let url = ''

before(async () => {
  serving = start(['serve', kiosk, '--port', '0'])
  url = (await serving.saw(/at (http:\S+)/, 'stderr'))[1] ?? ''
})
after(async () => {
  serving.child.kill('SIGTERM')
  await serving.ended
})

test('discover says who the server is, what it speaks and what it offers', async () => {
  const { code, stdout } = await lutra(['discover', url])
  assert.equal(code, 0)
  assert.match(stdout, /^Server: +Kiosk \(kiosk\) 1\.2\.3\n/)
  assert.match(stdout, /\nSpeaks: +2026-07-28 \(modern\)\n/)
  assert.match(stdout, /\nOffers: .*tools \(listChanged\)/)
  assert.match(stdout, /\nInstructions\nAsk before you order\.\n$/)
  const legacy = await lutra(['discover', url, '--era', 'legacy', '--json'])
  const { era, protocolVersion, serverInfo } = JSON.parse(legacy.stdout)
  assert.deepEqual([era, protocolVersion, serverInfo.name], ['legacy', '2025-11-25', 'kiosk'])
})

test('list gives a pipe lines with tabs, the kind first unless there is one alone', async () => {
  const { stdout } = await lutra(['list', url])
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
  assert.deepEqual(lines[0]?.slice(0, 2), ['tool', 'echo'])
  assert.deepEqual(
    lines.filter(([kind]) => kind !== 'tool').map(([kind, key]) => [kind, key]),
    [
      ['resource', 'kiosk://board'],
      ['resource', 'kiosk://logo'],
      ['template', 'kiosk://cakes/{name}'],
      ['prompt', 'recipe'],
    ],
  )
  const prompts = await lutra(['list', url, 'prompts'])
  assert.equal(prompts.stdout, 'recipe\tcake= [guests=]\tHow to bake\n')
})

test('list gives JSON as the server has it, in a document that does nothing to a terminal', async () => {
  const { stdout } = await lutra(['list', 'tools', '--json', '--', ...kioskProcess])
  const { tools } = JSON.parse(stdout) as { tools: { name: string; description: string }[] }
  assert.equal(tools.length, 12)
  const evil = tools.find(({ name }) => name === 'evil')
  assert.equal(evil?.description, 'Hides \u001b[2J\u001b]0;owned\u0007 things \u202etxet')
  assert.deepEqual(actingIn(stdout), [])
})

test('list tells all about one tool', async () => {
  const { stdout } = await lutra(['list', url, 'tools', 'echo'])
  assert.match(
    stdout,
    /^echo\nGives its arguments back\n\nArguments\n {2}text +string +Any text\n {2}count +integer/,
  )
  assert.match(stdout, /either +number or string/)
  assert.match(stdout, /The server says readOnlyHint/)
  const missing = await lutra(['list', url, 'tools', 'ecko'])
  assert.equal(missing.code, 2)
  assert.match(missing.stderr, /no such tool: "ecko"; did you mean echo\?/)
})

test('read gives a pipe exactly what the resource holds', async () => {
  const text = await lutra(['read', url, 'kiosk://board'])
  assert.equal(text.stdout, 'Plum cake \u001b[1m3 €\u001b[0m')
  const bytes = start(['read', url, 'kiosk://logo'])
  const chunks: Buffer[] = []
  bytes.child.stdout?.removeAllListeners('data').setEncoding('latin1')
  bytes.child.stdout?.on('data', (chunk: string) => chunks.push(Buffer.from(chunk, 'latin1')))
  assert.equal((await bytes.ended).code, 0)
  assert.deepEqual([...Buffer.concat(chunks)], [137, 80, 78, 71, 0, 255, 10])
  const matched = await lutra(['read', kiosk, 'kiosk://cakes/plum', '--json'])
  assert.equal(JSON.parse(matched.stdout).contents[0].text, 'A cake: plum')
  const missing = await lutra(['read', url, 'kiosk://nothing'])
  assert.equal(missing.code, 4)
  assert.match(missing.stderr, /The server refused: .*\(-32602\)/)
})

test('prompt gives messages with their roles', async () => {
  const { stdout } = await lutra(['prompt', url, 'recipe', 'cake=plum', 'guests=6'])
  assert.equal(stdout, 'user: Bake plum for 6\n')
  const asJson = await lutra(['prompt', url, 'recipe', 'cake=plum', '--json'])
  assert.equal(JSON.parse(asJson.stdout).messages[0].content.text, 'Bake plum for 4')
  const missing = await lutra(['prompt', url, 'recipe'])
  assert.equal(missing.code, 4)
  assert.match(missing.stderr, /cake/)
})

test('complete gives a value a line, for prompts and templates', async () => {
  const prompt = await lutra(['complete', url, 'recipe', 'cake', 'ap'])
  assert.equal(prompt.stdout, 'apple\napricot\n')
  const template = await lutra(['complete', url, 'kiosk://cakes/{name}', 'name'])
  assert.equal(template.stdout, 'apple\napricot\nplum\n')
  const asJson = await lutra(['complete', url, 'prompt:recipe', 'cake', 'pl', 'guests=3', '--json'])
  assert.deepEqual(JSON.parse(asJson.stdout).values, ['plum'])
})

test('listen shows changes as they happen, as lines of JSON with --json, and ends after so many', async () => {
  for (const era of ['modern', 'legacy']) {
    const run = start(['listen', url, 'kiosk://board', '--json', '-n', '2', '--era', era])
    await run.saw(/Listening to kiosk:\/\/board/, 'stderr')
    await lutra(['call', url, 'repaint'])
    assert.deepEqual(JSON.parse((await run.saw(/.+\n/))[0]), {
      type: 'resource',
      uri: 'kiosk://board',
    })
    await lutra(['call', url, 'repaint'])
    const { code, stdout } = await run.ended
    assert.deepEqual([code, stdout.trimEnd().split('\n').length], [0, 2])
  }
})

test('listen ends with the server in good order, and with 130 by Ctrl-C', async () => {
  const own = start(['serve', kiosk, '--port', '0'])
  const [, there = ''] = await own.saw(/at (http:\S+)/, 'stderr')
  const stopped = start(['listen', there])
  const left = start(['listen', there, 'tools', 'resources'])
  await Promise.all([
    stopped.saw(/Listening to tools, resources, prompts/, 'stderr'),
    left.saw(/Listening to tools, resources\n/, 'stderr'),
  ])
  left.child.kill('SIGINT')
  assert.equal((await left.ended).code, 130)
  own.child.kill('SIGINT')
  const { code, stderr } = await stopped.ended
  assert.equal(code, 0)
  assert.match(stderr, /The server has ended the subscription/)
  assert.equal((await own.ended).code, 0)
})

test('official servers are looked at and called as any other', async () => {
  const [discovered, listed, called, read, completed] = await Promise.all([
    lutra(['discover', '--json', '--', ...everything]),
    lutra(['list', 'tools', '--', ...everything]),
    lutra(['call', 'get-sum', 'a=2', 'b=3', '--', ...everything]),
    lutra(['read', 'demo://resource/dynamic/text/1', '--', ...everything]),
    lutra(['complete', 'completable-prompt', 'department', 'E', '--', ...everything], {
      cwd: root,
    }),
  ])
  assert.equal(JSON.parse(discovered.stdout).era, 'legacy')
  assert.match(listed.stdout, /^echo\tmessage=\t/)
  assert.equal(called.stdout, 'The sum of 2 and 3 is 5.\n')
  assert.match(read.stdout, /Resource 1/)
  assert.equal(completed.stdout, 'Engineering\n')
})
