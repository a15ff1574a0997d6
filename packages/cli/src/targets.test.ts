import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { kiosk, kioskFetch, kioskProcess, lutra, sources, start } from '../test/lutra.ts'

const folder = mkdtempSync(join(tmpdir(), 'lutra-targets-'))
let asked: (string | undefined)[] = []
const guarded = createServer((req, res) => {
  asked.push(req.headers.authorization, req.headers['x-shop'] as string | undefined)
  res.writeHead(401, { 'www-authenticate': 'Bearer resource_metadata="https://as.example"' }).end()
})
let port = 0

before(async () => {
  await new Promise<void>((resolve) => guarded.listen(0, '127.0.0.1', resolve))
  port = (guarded.address() as AddressInfo).port
})
after(() => {
  guarded.close()
  rmSync(folder, { recursive: true })
})

test('what cannot be a target is told, with what can', async () => {
  const wrong: [string[], RegExp][] = [
    [[], /There is no target: give a URL or a file first, or a command behind --/],
    [['tools'], /"tools" is neither a URL nor a file; the target comes first/],
    [
      ['localhost:3000/mcp'],
      /A URL begins with http:\/\/ or https:\/\/: http:\/\/localhost:3000\/mcp/,
    ],
    [['missing.ts'], /There is no file "missing.ts"/],
    [['--server', 'shop'], /--server NAME needs --config FILE/],
    [['--'], /There is no command behind --/],
    [[`http://127.0.0.1:${port}/`, '-H', 'no colon'], /--header takes 'Name: value'/],
    [['-e', 'A_VARIABLE_NOBODY_SET', '--', 'node'], /there is no such variable to hand down/],
  ]
  for (const [args, message] of wrong) {
    const { code, stderr } = await lutra(['list', ...args])
    assert.equal(code, 2, stderr)
    assert.match(stderr, message)
  }
})

test('a server that cannot be reached ends with 3, and says what was tried and what to do', async () => {
  const nobody = await lutra(['list', 'http://127.0.0.1:9/mcp'])
  assert.equal(nobody.code, 3)
  assert.match(
    nobody.stderr,
    /Could not connect to http:\/\/127\.0\.0\.1:9\/mcp\n {2}1\. .*ECONNREFUSED/,
  )
  assert.match(nobody.stderr, /Check that the server runs/)
  const unknown = await lutra(['list', '--', 'no-such-program'])
  assert.equal(unknown.code, 3)
  assert.match(unknown.stderr, /is it installed, and on the PATH\?/)
  const dies = ['-e', 'console.error("\\u001b[31mno database"); process.exit(7)']
  const dead = await lutra(['list', '--json', '--', process.execPath, ...dies])
  assert.equal(dead.code, 3)
  const { error } = JSON.parse(dead.stderr)
  assert.equal(error.kind, 'unreachable')
  assert.equal(error.exitCode, 3)
  assert.match(error.message, /exit code 7.*it wrote: .*no database/)
})

test('a server that says nothing ends with 7, and says how to wait longer', async () => {
  const silent = ['-e', 'process.stdin.resume()']
  const args = ['list', '--timeout', '300ms', '--era', 'modern', '--', process.execPath, ...silent]
  const { code, stderr } = await lutra(args)
  assert.equal(code, 7, stderr)
  assert.match(stderr, /--timeout SECONDS/)
})

test('a server in this process that breaks on its own is told with its stack', async () => {
  const file = join(folder, 'breaks.mjs')
  writeFileSync(
    file,
    'setTimeout(() => { throw new RangeError("on its own") }, 50)\nexport default () => new Promise(() => {})',
  )
  const { code, stderr } = await lutra(['list', file])
  assert.equal(code, 70)
  assert.match(stderr, /Uncaught in this process: RangeError: on its own\n +at .*breaks\.mjs/)
})

test('--verbose tells what a server process writes, made harmless, and the causes of errors', async () => {
  const dies = ['-e', 'console.error("\\u001b[31mno database"); process.exit(7)']
  const { stderr } = await lutra(['list', '-v', '--', process.execPath, ...dies])
  assert.match(stderr, / {2}\| ␛\[31mno database\n/)
  assert.match(stderr, /caused by ConnectError: /)
  assert.equal(stderr.includes('\u001b'), false)
})

test('a server that wants to know who asks ends with 5, and says what it asks for', async () => {
  asked = []
  const token = join(folder, 'token')
  writeFileSync(token, 'secret-from-file\n')
  const url = `http://127.0.0.1:${port}/mcp`
  const { code, stderr } = await lutra(['list', url, '--token', `@${token}`, '-H', 'X-Shop: 7'])
  assert.equal(code, 5)
  assert.match(stderr, /It asks for: Bearer resource_metadata="https:\/\/as\.example"/)
  assert.match(stderr, /--token TOKEN/)
  assert.deepEqual(asked.slice(0, 2), ['Bearer secret-from-file', '7'])
  assert.equal(stderr.includes('secret-from-file'), false)
})

test('a target comes out of a configuration file of an editor', async () => {
  const config = join(folder, 'mcp.json')
  const [command, ...args] = kioskProcess
  const kioskEntry = { command, args, env: { SEEN: '1' } }
  writeFileSync(
    config,
    JSON.stringify({ mcpServers: { kiosk: kioskEntry, other: { command: 'no' } } }),
  )
  const found = await lutra(['call', '--config', config, '--server', 'kiosk', 'echo', 'text=hi'])
  assert.deepEqual([found.code, found.stdout], [0, '{"text":"hi"}\n'], found.stderr)
  const vscode = join(folder, 'code.json')
  writeFileSync(
    vscode,
    `// one alone needs no name\n{"servers": {"kiosk": ${JSON.stringify(kioskEntry)},}}`,
  )
  const alone = await lutra(['discover', '--config', vscode, '--json'])
  assert.equal(JSON.parse(alone.stdout).serverInfo.name, 'kiosk')
  const wrong: [string[], RegExp][] = [
    [['--config', config], /Give --server NAME; it has kiosk, other/],
    [['--config', config, '--server', 'shop'], /has no server shop; it has kiosk, other/],
    [['--config', join(folder, 'none.json')], /none\.json.*no such file/],
    [['--config', config, '--', 'x'], /Give one target/],
  ]
  for (const [args, message] of wrong) {
    const { code, stderr } = await lutra(['discover', ...args])
    assert.equal(code, 2)
    assert.match(stderr, message)
  }
})

test('a file is a server by its default export or by the export named server, a package by its name', async () => {
  const handler =
    '(call) => Promise.resolve({ resultType: "complete", supportedVersions: ["2026-07-28"], capabilities: {}, ttlMs: 0, cacheScope: "private" })'
  const files: [string, string][] = [
    ['default.mjs', `export default ${handler}`],
    ['named.mjs', `export const server = ${handler}`],
    ['common.cjs', `module.exports = ${handler}`],
    ['package.mjs', `export default ${handler}`],
  ]
  for (const [name, text] of files) writeFileSync(join(folder, name), text)
  for (const [name] of files) {
    const { code, stderr } = await lutra(['discover', join(folder, name)])
    assert.equal(code, 0, stderr)
  }
  const home = join(folder, 'node_modules', '@acme', 'shop')
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'package.json'), '{"exports": {".": {"import": "./index.mjs"}}}')
  writeFileSync(join(home, 'index.mjs'), `export default ${handler}`)
  const run = start(['serve', '@acme/shop', '--port', '0'], { cwd: folder, program: [...sources] })
  await run.saw(/Serving at http/, 'stderr')
  run.child.kill('SIGINT')
  assert.equal((await run.ended).code, 0)
})

test('a file that is no server says what it exports', async () => {
  writeFileSync(join(folder, 'no-server.mjs'), 'export const a = 1\nexport function* b() {}')
  writeFileSync(join(folder, 'broken.mjs'), 'throw new RangeError("no database")')
  const none = await lutra(['list', join(folder, 'no-server.mjs')])
  assert.equal(none.code, 3)
  assert.match(
    none.stderr,
    /exports no server: expected a default export, or one named "server"[\s\S]*it exports a, b/,
  )
  const broken = await lutra(['serve', join(folder, 'broken.mjs')])
  assert.equal(broken.code, 3)
  assert.match(broken.stderr, /Cannot load .*broken\.mjs: RangeError: no database/)
})

test('both eras and { fetch } are spoken in memory', async () => {
  for (const file of [kiosk, kioskFetch]) {
    for (const era of ['modern', 'legacy']) {
      const { stdout } = await lutra(['discover', file, '--era', era, '--json'])
      assert.equal(JSON.parse(stdout).era, era)
    }
  }
})
