import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { kiosk, kioskProcess, lutra } from '../test/lutra.ts'
import { actingIn, keys, noTerminal, plain, startInTerminal } from '../test/terminal.ts'

const { enter, down, space, esc, ctrlC } = keys
const options = { skip: noTerminal }

test('FEAT-34: a form is asked field by field, checked, shown and sent', options, async () => {
  const run = startInTerminal(['call', kiosk, 'order'])
  await run.saw(/Kiosk asks \(for order\)/)
  await run.saw(/name: Who it is for/)
  run.type(`A${enter}`)
  await run.saw(/expected at least 2 characters/)
  run.type(`da${enter}`)
  await run.saw(/slices \(optional\)[\s\S]*8█/)
  run.type(`0${enter}`)
  await run.saw(/expected at most 12/)
  run.type(`\u007f${enter}`)
  await run.saw(/◆.*kind/)
  run.type(down + enter)
  await run.saw(/◆.*extras \(optional\)/)
  run.type(space + enter)
  await run.saw(/◆.*gift/)
  run.type(down + enter)
  await run.saw(/Send this\?/)
  run.type(enter)
  const { code, stdout } = await run.ended
  assert.equal(code, 0)
  const sent = { name: 'Ada', slices: 8, kind: 'apple', extras: ['cream'], gift: false }
  assert.equal(stdout.trimEnd().endsWith(JSON.stringify(sent)), true, stdout)
})

test(
  'FEAT-34: what was filled in can be changed before it is sent, and what the command line answers is not asked',
  options,
  async () => {
    const run = startInTerminal([
      ...['call', kiosk, 'order', '--answer', 'cake.slices=3', '-a', 'kind=apple'],
      ...['-a', 'extras=cream,candles', '-a', 'gift=true'],
    ])
    await run.saw(/name: Who it is for/)
    run.type(`Bo${enter}`)
    await run.saw(/Send this\?[\s\S]*slices: 3/)
    run.type(down + enter)
    await run.saw(/name: Who it is for[\s\S]*name: Who it is for[\s\S]*Bo█/)
    run.type(`b${enter}`)
    for (const field of ['slices', 'kind', 'extras', 'gift']) {
      await run.saw(new RegExp(String.raw`name: Bo[\s\S]*◆.*${field}`))
      run.type(enter)
    }
    await run.saw(/name: Bob/)
    run.type(enter)
    const { stdout } = await run.ended
    const sent = { name: 'Bob', slices: 3, kind: 'apple', extras: ['cream', 'candles'], gift: true }
    assert.equal(stdout.trimEnd().endsWith(JSON.stringify(sent)), true, stdout)
  },
)

test('FEAT-34: Esc leads to a way to decline, to cancel and to go on', options, async () => {
  const run = startInTerminal(['call', kiosk, 'insist'])
  await run.saw(/◆.*sure/)
  run.type(esc)
  await run.saw(/Leave the question\?/)
  run.type(enter)
  await run.saw(/Go on[\s\S]*◆.*sure/)
  run.type(esc)
  await run.saw(/Leave the question\?[\s\S]*Leave the question\?[\s\S]*Leave the question\?/)
  run.type(down + enter)
  const { code, stdout } = await run.ended
  assert.equal(code, 0)
  assert.match(stdout, /Answer: \{"action":"decline"\}/)
})

test('with --yes a form that is complete is sent without asking', options, async () => {
  const run = startInTerminal(['call', kiosk, 'insist', '--yes', '--answer', 'sure=true'])
  const { code, stdout } = await run.ended
  assert.equal(code, 0)
  assert.doesNotMatch(stdout, /asks/)
  assert.match(stdout, /Answer: \{"action":"accept","content":\{"sure":true\}\}/)
})

test('Ctrl-C at a question ends the command', options, async () => {
  const run = startInTerminal(['call', kiosk, 'order'])
  await run.saw(/name: Who it is for/)
  run.type(ctrlC)
  const { code } = await run.ended
  assert.equal(code, 130)
})

test(
  'FEAT-35: a page is shown with its whole address and host, with a warning, and opened only where one agrees',
  options,
  async () => {
    const run = startInTerminal(['call', kiosk, 'pay'])
    await run.saw(/Kiosk asks/)
    await run.saw(/Address: https:\/\/xn--bcker-gra\.example\/pay\?id=1/)
    await run.saw(/Host: +xn--bcker-gra\.example/)
    await run.saw(/bäcker\.example/)
    await run.saw(/Open this page\?/)
    run.type(enter)
    const { stdout } = await run.ended
    assert.match(stdout, /Answer: decline/)
  },
)

test('FEAT-35: a page goes to the browser once one agrees', options, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-browser-'))
  const seen = join(folder, 'seen')
  writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\necho "$@" > '${seen}'\n`, { mode: 0o755 })
  const env = { PATH: folder + delimiter + process.env['PATH'], DISPLAY: ':0' }
  const run = startInTerminal(['call', kiosk, 'pay'], { env })
  await run.saw(/Open this page\?/)
  assert.equal(existsSync(seen), false)
  run.type(keys.up + keys.up + enter)
  const { stdout } = await run.ended
  assert.match(stdout, /Answer: accept/)
  for (let count = 0; count < 200 && !existsSync(seen); count++) await pause(25)
  assert.equal(readFileSync(seen, 'utf8'), 'https://xn--bcker-gra.example/pay?id=1\n')
  rmSync(folder, { recursive: true })
})

test('who opens the page by hand has agreed', options, async () => {
  const run = startInTerminal(['call', 'pay', '--', ...kioskProcess])
  await run.saw(/Open this page\?/)
  run.type(keys.up + enter)
  const { stdout } = await run.ended
  assert.match(stdout, /Answer: accept/)
})

test(
  'what a configuration leaves open is asked for, and a secret is not shown',
  options,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lutra-inputs-'))
    const config = join(folder, 'mcp.json')
    const [command, ...args] = kioskProcess
    const seen = join(folder, 'seen')
    writeFileSync(
      config,
      JSON.stringify({
        inputs: [{ id: 'file', type: 'promptString', description: 'Which file?', password: true }],
        servers: { kiosk: { command, args, env: { SEEN: `${'$'}{input:file}` } } },
      }),
    )
    const run = startInTerminal(['call', '--config', config, 'wait'])
    await run.saw(/Which file\?/)
    run.type(seen + enter)
    await run.saw(/1\/2 waiting/)
    run.type(ctrlC)
    const { code, stdout } = await run.ended
    assert.equal(code, 130)
    assert.equal(stdout.includes(seen), false)
    assert.equal(readFileSync(seen, 'utf8'), 'cancelled\n')
    const nobody = await lutra(['call', '--config', config, 'wait'])
    assert.equal(nobody.code, 2)
    assert.match(nobody.stderr, /needs input "file", which only a terminal can ask for/)
    rmSync(folder, { recursive: true })
  },
)

test('progress is one line that changes in place, and it is gone in the end', options, async () => {
  const { stdout, code } = await startInTerminal(['call', kiosk, 'walk']).ended
  assert.equal(code, 0)
  assert.equal(plain(stdout), '1/3 step 1CRESC[2K2/3 step 2CRESC[2K3/3 step 3CRESC[2KThere\n')
})

test('a terminal gets tables, in colour unless NO_COLOR is set', options, async () => {
  const coloured = await startInTerminal(['list', kiosk]).ended
  assert.match(
    plain(coloured.stdout),
    /^ESC\[1mTools \(12\)ESC\[22m\n {2}echo {5}\[text=\] \[count=\]/,
  )
  for (const line of plain(coloured.stdout).split('\n')) assert.ok(line.length <= 110, line)
  const { stdout } = await startInTerminal(['list', kiosk], { env: { NO_COLOR: '1' } }).ended
  assert.match(stdout, /Resource templates \(1\)/)
  assert.deepEqual(actingIn(stdout), [])
})

test('a terminal is told what a resource is where it is no text', options, async () => {
  const { stdout } = await startInTerminal(['read', kiosk, 'kiosk://logo']).ended
  assert.equal(stdout, '[kiosk://logo: image/png, 7 bytes]\r\n')
})

test('nothing of a server acts on the terminal', options, async () => {
  const env = { NO_COLOR: '1' }
  const shown = await Promise.all([
    startInTerminal(['list', kiosk, 'tools'], { env }).ended,
    startInTerminal(['list', kiosk, 'tools', 'evil'], { env }).ended,
    startInTerminal(['read', kiosk, 'kiosk://board'], { env }).ended,
    startInTerminal(['call', kiosk, 'evil', '--json'], { env }).ended,
  ])
  for (const { stdout, code } of shown) {
    assert.equal(code, 0)
    assert.deepEqual(actingIn(stdout), [])
  }
  const { stdout } = await startInTerminal(['call', kiosk, 'evil'], { env }).ended
  assert.equal(
    plain(stdout),
    '1/2 half␛[2Jway␍\\u{9b}31mCRESC[2Kred ␛[31malert␛[0m\nnext␍over \\u{9b}5m \\u{202e}back \\u{e0041}\n[image: image/png, 2 bytes]\n',
  )
})
