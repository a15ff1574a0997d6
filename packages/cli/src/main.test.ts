import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { kiosk, kioskProcess, lutra, root, start } from '../test/lutra.ts'
import { commands } from './commands.ts'

const bin = join(root, 'packages/cli/bin/lutra.js')
const built = { program: [process.execPath, bin] }
const folder = mkdtempSync(join(tmpdir(), 'lutra-main-'))

after(() => rmSync(folder, { recursive: true }))
before(() => {
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'scripts/build.ts')],
    { cwd: root, encoding: 'utf8' },
  )
  assert.equal(status, 0, stdout)
})

test('what is built runs by itself, from any folder', async () => {
  assert.ok(statSync(bin).mode & 0o100, 'its file may be executed')
  const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8'))
  const { stdout } = await lutra(['--version'], { program: [bin], cwd: '/' })
  assert.equal(stdout, `${version}\n`)
  const called = await lutra(['call', 'echo', 'count=1', '--', ...kioskProcess], built)
  assert.equal(called.stdout, '{"count":1}\n', called.stderr)
  const inMemory = await lutra(['call', kiosk, 'echo', 'count=1'], built)
  assert.equal(inMemory.stdout, '{"count":1}\n', inMemory.stderr)
})

test('what is not built yet says what to run', async () => {
  const alone = join(folder, 'clone')
  mkdirSync(join(alone, 'bin'), { recursive: true })
  copyFileSync(join(root, 'packages/cli/package.json'), join(alone, 'package.json'))
  copyFileSync(bin, join(alone, 'bin/lutra.js'))
  const { code, stdout, stderr } = await lutra(['--version'], {
    program: [join(alone, 'bin/lutra.js')],
  })
  assert.deepEqual(
    [code, stdout, stderr],
    [1, '', 'lutra is not built yet: npm run build, in its clone\n'],
  )
})

test('the version is told without loading what it does not need', async () => {
  const trace = `data:text/javascript,${encodeURIComponent(`
    import { register } from 'node:module'
    register('data:text/javascript,' + encodeURIComponent(
      'export async function load(url, context, next) {' +
      ' if (url.startsWith("file:")) process._rawDebug("loaded " + url.split("/").slice(-3).join("/"));' +
      ' return next(url, context) }'))`)}`
  const program = [process.execPath, '--import', trace, bin]
  const { stderr } = await lutra(['--version'], { program })
  const loaded = stderr.split('\n').filter((line) => line.startsWith('loaded '))
  assert.ok(loaded.length > 3 && loaded.length < 20, stderr)
  assert.doesNotMatch(stderr, /client|server|core\/dist|clack/)
})

test('every command has help with usage, examples and options, and it is data', async () => {
  for (const name of commands.keys()) {
    const { code, stdout, stderr } = await lutra([name, '--help'], built)
    assert.deepEqual([code, stderr], [0, ''])
    for (const part of [`lutra ${name}`, 'Usage', 'Examples', 'Options', '--json', '--verbose']) {
      assert.ok(stdout.includes(part), `${name}: ${part}`)
    }
    for (const line of stdout.split('\n')) assert.ok(line.length <= 125, line)
  }
  const help = await lutra(['help', 'call'], built)
  assert.equal(help.stdout, (await lutra(['call', '-h'], built)).stdout)
})

test('without a command there is help, and an exit code that says that something is missing', async () => {
  const bare = await lutra([], built)
  assert.equal(bare.code, 2)
  const { code, stdout } = await lutra(['--help'], built)
  assert.equal(code, 0)
  assert.equal(stdout, bare.stdout)
  for (const name of commands.keys()) assert.match(stdout, new RegExp(`^ {2}${name} `, 'm'))
})

test('an unknown command is told with what there is', async () => {
  const near = await lutra(['lst'], built)
  assert.equal(near.code, 2)
  assert.equal(near.stderr, 'error: Unknown command "lst"; did you mean list?\nSee lutra --help\n')
  const far = await lutra(['frobnicate', '--json'], built)
  assert.match(JSON.parse(far.stderr).error.message, /there are serve, discover, list/)
})

test('colours go to terminals alone, unless FORCE_COLOR or NO_COLOR say otherwise', async () => {
  const plain = await lutra(['list', kiosk, 'prompts', 'x'])
  assert.equal(plain.stderr.includes('\u001b'), false)
  const forced = await lutra(['list', kiosk, 'prompts', 'x'], { env: { FORCE_COLOR: '1' } })
  assert.match(forced.stderr, /\[31merror:/)
  assert.equal(forced.stderr.includes('\u001b'), true)
})

test('a reader that has enough ends the command quietly', async () => {
  const run = start(['list', kiosk, '--json'])
  run.child.stdout?.destroy()
  const { code, stderr } = await run.ended
  assert.deepEqual([code, stderr], [0, ''])
  const listening = start(['call', kiosk, 'wait'])
  await listening.saw(/waiting/, 'stderr')
  listening.child.kill('SIGINT')
  assert.equal((await listening.ended).code, 130)
})

test('an open timer of a server in this process does not keep the command alive', async () => {
  const busy = join(root, 'packages/cli/test/servers/busy.ts')
  const { code, stdout } = await lutra(['call', busy, 'echo'])
  assert.deepEqual([code, stdout], [0, '{}\n'])
})

test('TypeScript is read by the tsx of its project, or it is said what is needed', async () => {
  const file = join(folder, 'shop.mts')
  writeFileSync(
    file,
    'import type { Handler } from "@lutra/core"\n' +
      'const handler: Handler = async () => ({ resultType: "complete", supportedVersions: ["2026-07-28"], capabilities: {} })\n' +
      'export default handler\n',
  )
  const without = await lutra(['discover', file], built)
  if ((process.features as { typescript?: unknown }).typescript) assert.equal(without.code, 0)
  else {
    assert.equal(without.code, 3)
    assert.match(
      without.stderr,
      /does not read TypeScript\. Install tsx beside it \(npm install -D tsx\)/,
    )
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const withTsx = await lutra(['discover', file], built)
  assert.equal(withTsx.code, 0, withTsx.stderr)
})
