import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openEngine } from '@lutra/stores'
import {
  type DatabaseServer,
  find,
  startPostgres,
  startRedis,
  startRedisCluster,
} from '../../../scripts/start-database.ts'
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

test('an engine that breaks its promises has a cross for each that is broken, and ends with 1', async (t) => {
  const server = await startRedis()
  if (!server) return t.skip('Redis is not installed')
  const { port } = new URL(server.url)
  const redis = (...words: string[]) =>
    execFileSync(find('redis-cli') ?? '', ['-p', port, ...words])
  try {
    // A replica takes no writes.
    redis('replicaof', '127.0.0.1', '1')
    const { code, stdout, stderr } = await lutra(['store', 'check', server.url])
    assert.equal(code, 1, stderr)
    assert.match(
      stdout,
      /✗ store: gives back what was stored.*\n {4}Redis cannot do this now: READONLY/,
    )
    assert.match(stdout, /\n\d+ of \d+ promises are broken\n$/)
    redis('replicaof', 'no', 'one')

    // No room.
    redis('config', 'set', 'maxmemory', '1')
    const full = await lutra(['store', 'check', '--json', server.url])
    assert.equal(full.code, 1, full.stderr)
    const { holds, promises } = JSON.parse(full.stdout) as Told
    assert.equal(holds, false)
    assert.ok(promises.some(({ found }) => found === 'Redis has no memory left for this'))
    redis('config', 'set', 'maxmemory', '0')

    // A password that is wrong is told as that, and not told.
    redis('config', 'set', 'requirepass', 'the right one')
    for (const url of [`redis://:hunter2@127.0.0.1:${port}`, server.url]) {
      const shut = await lutra(['store', 'check', '-v', url])
      assert.equal(shut.code, 3)
      assert.match(shut.stderr, /refuses this user with this password|wants a password/)
      assert.doesNotMatch(shut.stdout + shut.stderr, /hunter2|the right one/)
    }
  } finally {
    await server.stop()
  }
})

test('a role of PostgreSQL that may only read breaks its promises', async (t) => {
  const server = await startPostgres()
  if (!server) return t.skip('PostgreSQL is not installed')
  try {
    const engine = await openEngine(server.url)
    const { default: postgres } = await import('postgres')
    const sql = postgres(server.url, { max: 1, onnotice() {} })
    await sql.unsafe(`CREATE ROLE reader LOGIN PASSWORD 'hunter2'; GRANT USAGE ON SCHEMA lutra TO reader;
      GRANT SELECT ON ALL TABLES IN SCHEMA lutra TO reader`)
    await sql.end()
    await engine.close()
    const url = server.url.replace('lutra@', 'reader:hunter2@')
    const { code, stdout, stderr } = await lutra(['store', 'check', url])
    assert.equal(code, 1, stdout + stderr)
    assert.match(
      stdout,
      /✗ store: gives back what was stored.*\n {4}PostgreSQL cannot do this now: permission denied/,
    )
    assert.doesNotMatch(stdout + stderr, /hunter2/)
  } finally {
    await server.stop()
  }
})

test('one node of a cluster stands for all of it, with a password too', async (t) => {
  const nodes = await startRedisCluster()
  const [first] = nodes ?? []
  if (!nodes || !first) return t.skip('Redis is not installed')
  try {
    for (const { url } of nodes) {
      const { port } = new URL(url)
      execFileSync(find('redis-cli') ?? '', [
        '-p',
        port,
        'config',
        'set',
        'requirepass',
        'hun ter2',
      ])
    }
    const url = first.url.replace('//', '//:hun%20ter2@')
    const { code, stdout, stderr } = await lutra(['store', 'check', url])
    assert.equal(code, 0, stdout + stderr)
    assert.doesNotMatch(stdout + stderr, /hun/)
  } finally {
    await Promise.all(nodes.map((node) => node.stop()))
  }
})

interface Told {
  readonly holds: boolean
  readonly promises: readonly { readonly name: string; readonly found?: string }[]
}

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
