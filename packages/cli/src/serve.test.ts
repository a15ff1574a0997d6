import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { kiosk, kioskFetch, lutra, sources, start } from '../test/lutra.ts'

const busy = fileURLToPath(new URL('../test/servers/busy.ts', import.meta.url))

test('a file is served at a port, a host and a path, and its URL told', async () => {
  const run = start(['serve', kiosk, '--http', '--port', '0', '--path', '/shop'])
  const [, url = ''] = await run.saw(
    /Serving kiosk at (http:\/\/127\.0\.0\.1:\d+\/shop)\n/,
    'stderr',
  )
  assert.equal((await lutra(['call', url, 'echo', 'text=a'])).stdout, '{"text":"a"}\n')
  run.child.kill('SIGTERM')
  const { code, stdout, stderr } = await run.ended
  assert.deepEqual([code, stdout], [0, ''])
  assert.match(stderr, /Stopping\n$/)
})

test('with --json the URL is a document on stdout, whatever the file prints', async () => {
  const run = start(['serve', busy, '--port', '0', '--json'])
  const [text] = await run.saw(/\{[^}]*\}\n/)
  const { url } = JSON.parse(text)
  assert.equal((await lutra(['list', url, 'prompts'])).code, 0)
  run.child.kill('SIGINT')
  const { code, stderr } = await run.ended
  assert.equal(code, 0, 'an open timer does not keep it')
  assert.match(stderr, /The kiosk opens/)
})

test('{ fetch } is served over HTTP in both eras, streams and all', async () => {
  const run = start(['serve', kioskFetch, '--port', '0'])
  const [, url = ''] = await run.saw(/at (http:\S+)/, 'stderr')
  for (const era of ['modern', 'legacy']) {
    const { stdout, stderr } = await lutra(['call', url, 'walk', '--era', era])
    assert.equal(stdout, 'There\n')
    assert.match(stderr, /3\/3 step 3/)
  }
  const wait = start(['call', url, 'wait'])
  await wait.saw(/waiting/, 'stderr')
  run.child.kill('SIGTERM')
  assert.equal((await run.ended).code, 0)
  assert.equal((await wait.ended).code, 4)
})

test('a file is served over stdio, whatever it prints', async () => {
  const command = [...sources, 'serve', busy, '--stdio']
  for (const era of ['modern', 'legacy']) {
    const { stdout, stderr } = await lutra(['call', 'noisy', '--era', era, '-v', '--', ...command])
    assert.equal(stdout, 'quiet\n')
    assert.match(stderr, /\| The kiosk opens[\s\S]*\| debugging output/)
  }
  const run = start(['serve', busy, '--stdio'])
  run.type('{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
  await run.saw(/"id":1/)
  run.child.kill('SIGTERM')
  assert.equal((await run.ended).code, 0)
})

test('what cannot be served is told', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as AddressInfo
  const wrong: [string[], number, RegExp][] = [
    [['serve'], 2, /Which file\?/],
    [['serve', './missing.ts'], 2, /There is no file/],
    [['serve', 'no-such-package'], 3, /Cannot load no-such-package: .*Cannot find package/],
    [['serve', kiosk, '--port', '70000'], 2, /--port takes a number/],
    [['serve', kiosk, '--path', 'mcp'], 2, /--path begins with \//],
    [['serve', kiosk, '--stdio', '--port', '1'], 2, /--stdio and --port do not go together/],
    [['serve', kiosk, 'more'], 2, /Unexpected "more"/],
    [['serve', kiosk, '--port', String(port)], 3, /the port is taken; choose another by --port/],
    [['serve', kioskFetch, '--stdio'], 3, /speaks HTTP alone/],
  ]
  for (const [args, expected, message] of wrong) {
    const { code, stderr } = await lutra(args)
    assert.equal(code, expected, stderr)
    assert.match(stderr, message)
  }
  taken.close()
})
