import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { TokenSet } from '@lutra/client/auth'
import { fileCredentials } from '@lutra/client/auth-node'
import { lutra } from '../../test/lutra.ts'
import { startSite } from '../../test/servers/site.ts'

const folder = mkdtempSync(join(tmpdir(), 'lutra-held-'))
const path = join(folder, 'credentials.json')
const env = { LUTRA_CREDENTIALS: path }
after(() => rmSync(folder, { recursive: true }))

const idToken = `e30.${Buffer.from('{"sub":"u-1","email":"ada@shop.example"}').toString('base64url')}.sign`

async function hold(url: string, issuer: string, tokens: Partial<TokenSet>): Promise<void> {
  const store = fileCredentials(path)
  await store.set({ kind: 'server', url }, { kind: 'server', issuer, resource: url })
  await store.set(
    { kind: 'tokens', issuer, resource: url },
    { kind: 'tokens', accessToken: 'good', tokenType: 'Bearer', scope: 'cake', ...tokens },
  )
}

test('what is held goes to the server that it is for, and to no other', async () => {
  const [own, other] = [await startSite(), await startSite()]
  await hold(own.url, own.issuer, {})
  assert.equal((await lutra(['list', own.url, 'tools'], { env })).code, 0)
  const foreign = await lutra(['list', other.url, 'tools'], { env })
  assert.equal(foreign.code, 5, foreign.stderr)
  assert.match(foreign.stderr, new RegExp(`Sign in: lutra login ${other.url}\n`))
  await own.close()
  await other.close()
})

test('whoami shows who, where and for how long, and nothing that lets anybody in', async () => {
  await hold('https://shop.example/mcp', 'https://id.example', {
    idToken,
    expiresAt: Date.now() - 3_600_000,
  })
  const { code, stdout } = await lutra(['whoami', 'https://shop.example/mcp'], { env })
  assert.equal(code, 0)
  assert.match(
    stdout,
    /^https:\/\/shop\.example\/mcp\tada@shop\.example\thttps:\/\/id\.example\tcake\texpired \d{4}-\d\d-\d\d \d\d:\d\d \(60 minutes ago\)\n$/,
  )
  const json = await lutra(['whoami', 'https://shop.example/mcp', '--json'], { env })
  const [one] = JSON.parse(json.stdout).servers
  assert.deepEqual([one.subject, one.expired, one.renews], ['ada@shop.example', true, false])
  for (const text of [stdout, json.stdout]) {
    assert.equal(text.includes('good'), false)
    assert.equal(text.includes(idToken), false)
  }
  const none = await lutra(['whoami', 'https://other.example/mcp'], { env })
  assert.equal(none.code, 5)
  assert.match(none.stderr, /You are not signed in to https:\/\/other\.example\/mcp/)
})

test('doctor tells what is held and does not do: expired, refused, of an issuer that is trusted no more', async () => {
  const site = await startSite()
  const told: [Partial<TokenSet>, string, RegExp][] = [
    [{ expiresAt: 1000 }, site.issuer, /has expired 1970-01-01.*cannot be renewed/],
    [{ accessToken: 'bad' }, site.issuer, /The server refuses the token/],
    [
      {},
      'https://old.example',
      /comes from https:\/\/old\.example, which the server does not trust any more/,
    ],
  ]
  for (const [tokens, issuer, message] of told) {
    await hold(site.url, issuer, tokens)
    const { code, stdout } = await lutra(['doctor', site.url], { env })
    assert.equal(code, 5, stdout)
    assert.match(stdout, message)
    assert.match(stdout, /Whose: this command line\n/)
  }
  await site.close()
})

test('logout deletes what is held even where nobody can be told, and says so', async () => {
  await hold('http://127.0.0.1:9/mcp', 'http://127.0.0.1:9', { refreshToken: 'r', clientId: 'c' })
  const { code, stdout, stderr } = await lutra(['logout', 'http://127.0.0.1:9/mcp'], { env })
  assert.equal(code, 0)
  assert.match(stdout, /the tokens are deleted here/)
  assert.match(stderr, /could not be told/)
  const again = await lutra(['logout', 'http://127.0.0.1:9/mcp'], { env })
  assert.match(again.stderr, /You were not signed in/)
  for (const args of [['logout'], ['logout', 'http://x/', '--all']]) {
    assert.equal((await lutra(args, { env })).code, 2)
  }
  assert.equal((await lutra(['logout', '--all'], { env })).code, 0)
  assert.deepEqual(await fileCredentials(path).list(), [])
})
