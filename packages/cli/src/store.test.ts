import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openEngine } from '@lutra/stores'
import { type DatabaseServer, startPostgres, startRedis } from '../../../scripts/start-database.ts'
import { lutra } from '../test/lutra.ts'
import { hideSecrets } from './store/hide-secrets.ts'

test('an engine that keeps its promises has a line for each, and ends with 0', async () => {
  const { code, stdout, stderr } = await lutra(['store', 'check', 'memory:'])
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^✓ store: gives back what was stored/)
  assert.match(stdout, /✓ bus: /)
  assert.match(stdout, /\nAll \d+ promises hold\n$/)
  assert.doesNotMatch(stdout, /✗/)
})

test('PGlite in a folder is checked, and nothing of the check stays', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-check-'))
  const url = `file:${join(folder, 'data')}`
  const { code, stdout, stderr } = await lutra(['store', 'check', '--json', '-t', '120'], {
    env: { LUTRA_STORE: url, DATABASE_URL: 'redis://127.0.0.1:1' },
  })
  assert.equal(code, 0, stdout + stderr)
  assert.equal((JSON.parse(stdout) as { holds: boolean }).holds, true)
  await assertEmpty(url)
  rmSync(folder, { recursive: true })
})

for (const [name, start] of [
  ['Redis', startRedis],
  ['PostgreSQL', startPostgres],
] as const) {
  test(`${name} is checked, and nothing of the check stays`, async (t) => {
    const server: DatabaseServer | undefined = await start()
    if (!server && process.env['CI']) assert.fail(`${name} is not installed`)
    if (!server) return t.skip(`${name} is not installed`)
    try {
      const { code, stdout, stderr } = await lutra(['store', 'check'], {
        env: { DATABASE_URL: server.url, LUTRA_STORE: undefined },
      })
      assert.equal(code, 0, stdout + stderr)
      await assertEmpty(server.url)
    } finally {
      await server.stop()
    }
  })
}

test('an engine that cannot be reached is told with 3, and without its password', async () => {
  const url = 'redis://ada:very%20secret@127.0.0.1:1/?token=hidden'
  for (const args of [
    ['store', 'check', url],
    ['store', 'check', '-v', '--json', url],
  ]) {
    const { code, stdout, stderr } = await lutra(args)
    assert.equal(code, 3, stderr)
    assert.doesNotMatch(stdout + stderr, /very|secret|hidden/)
  }
})

test('what is no engine, and a misspelt word, are told before anything is opened', async () => {
  const env = { LUTRA_STORE: undefined, DATABASE_URL: undefined }
  const odd = await lutra(['store', 'check', 'mysql://ada:secret@db/x'])
  assert.equal(odd.code, 2)
  assert.match(odd.stderr, /No engine for mysql:; expected postgres/)
  assert.doesNotMatch(odd.stderr, /secret/)
  const none = await lutra(['store', 'check'], { env })
  assert.match(none.stderr, /set LUTRA_STORE or DATABASE_URL/)
  const misspelt = await lutra(['store', 'chek'], { env })
  assert.match(misspelt.stderr, /did you mean check\?/)
})

test('a password is taken out however it is written', () => {
  const hide = hideSecrets('postgres://ada:a%40b%20c@db/x?sslpassword=other')
  assert.equal(hide('a%40b%20c and a@b c and other'), '*** and *** and ***')
  assert.equal(hideSecrets('not a url')('see not a url'), 'see ***')
})

async function assertEmpty(url: string): Promise<void> {
  const engine = await openEngine(url)
  try {
    assert.deepEqual(await engine.store.list(''), [])
  } finally {
    await engine.close()
  }
}
