/** The command line at a server that `bearer()` protects, with tokens of plain `oidc-provider`: sign in, call, step up, sign out. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { lutra, start } from '../../packages/cli/test/lutra.ts'
import { serverPath, startSite } from '../../packages/cli/test/servers/site.ts'
import { keys, noTerminal, startInTerminal } from '../../packages/cli/test/terminal.ts'
import { type Oidc, startOidc } from './oidc.ts'
import { type Protected, startProtected } from './protected.ts'

const folder = mkdtempSync(join(tmpdir(), 'lutra-login-'))
const browser = fileURLToPath(new URL('../../packages/cli/test/browser.mjs', import.meta.url))
const credentials = join(folder, 'credentials.json')
const env = {
  BROWSER: `${process.execPath} ${browser}`,
  LUTRA_CREDENTIALS: credentials,
  LUTRA_TOKEN: undefined,
}

const machine = { client_id: 'nightly', client_secret: 'a secret of the nightly run' }
let oidc: Oidc
let server: Protected

before(async () => {
  oidc = await startOidc({
    clients: [
      { ...machine, redirect_uris: [], response_types: [], grant_types: ['client_credentials'] },
    ],
  })
  server = await startProtected({ issuers: [oidc.issuer] })
})
after(async () => {
  await server[Symbol.asyncDispose]()
  await oidc[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

/** Nothing that lets anybody in may be shown. */
function assertNoSecrets(...texts: readonly string[]): void {
  const kept = existsSync(credentials) ? readFileSync(credentials, 'utf8') : ''
  const secrets = [
    ...kept.matchAll(/"(?:accessToken|refreshToken|idToken|clientSecret)":\s*"([^"]+)"/g),
  ]
  for (const text of texts) {
    assert.doesNotMatch(text, /eyJ[\w-]+\.[\w-]+\./)
    assert.equal(text.includes(machine.client_secret), false)
    for (const [, secret = ''] of secrets) assert.equal(text.includes(secret), false)
  }
}

test('AUTH-43 AUTH-45: login opens the browser, later commands need nothing, logout revokes and forgets', async () => {
  const before = await lutra(['call', server.url, 'whoami'], { env })
  assert.equal(before.code, 5, before.stderr)
  assert.match(before.stderr, new RegExp(`Sign in: lutra login ${server.url}\n`))
  assert.equal(before.stdout, '')

  const login = await lutra(['login', server.url], { env })
  assert.equal(login.code, 0, login.stderr)
  assert.match(login.stderr, /Sign in at http:\/\/127\.0\.0\.1:\d+\/auth\?/)
  assert.match(login.stdout, new RegExp(`Server: +${server.url}\nIssuer: +${oidc.issuer}\n`))
  assert.match(login.stdout, /Scopes: +.*notes:read/)
  assert.equal(statSync(credentials).mode & 0o777, 0o600)

  const call = await lutra(['call', server.url, 'whoami'], { env })
  assert.equal(call.code, 0, call.stderr)
  assert.deepEqual(JSON.parse(call.stdout), { subject: 'ada', scopes: ['notes:read'] })
  assert.equal(call.stderr, '')

  const whoami = await lutra(['whoami', server.url, '--json'], { env })
  const [held] = JSON.parse(whoami.stdout).servers
  assert.equal(held.server, server.url)
  assert.equal(held.issuer, oidc.issuer)
  assert.ok(held.scopes.includes('notes:read'))
  const table = await lutra(['whoami'], { env })
  assert.match(table.stdout, new RegExp(`^${server.url}\t`))

  const doctor = await lutra(['doctor', server.url], { env })
  assert.equal(doctor.code, 0, doctor.stdout + doctor.stderr)
  assert.match(doctor.stdout, /Call\n {2}✓ With the token the server lets this command line in/)
  assertNoSecrets(
    login.stdout,
    login.stderr,
    call.stdout,
    whoami.stdout,
    table.stdout,
    doctor.stdout,
  )

  const logout = await lutra(['logout', server.url], { env })
  assert.equal(logout.code, 0, logout.stderr)
  assert.equal(logout.stderr, '')
  assert.match(logout.stdout, /has revoked the tokens, and they are deleted here/)
  assert.equal((await lutra(['whoami', server.url], { env })).code, 5)
  assert.equal((await lutra(['call', server.url, 'whoami'], { env })).code, 5)
})

test('AUTH-48: a call that takes more scopes says which command asks for them, and then gets through', async () => {
  await lutra(['login', server.url], { env })
  const short = await lutra(['call', server.url, 'write'], { env })
  assert.equal(short.code, 5, short.stderr)
  const [, scopes = ''] = /lutra login \S+ --scope '([^']+)'/.exec(short.stderr) ?? []
  assert.match(scopes, /notes:read/)
  assert.match(scopes, /notes:write/)
  const login = await lutra(['login', server.url, '--scope', scopes, '--json'], { env })
  assert.ok(JSON.parse(login.stdout).scopes.includes('notes:write'), login.stderr)
  const call = await lutra(['call', server.url, 'write'], { env })
  assert.deepEqual([call.code, call.stdout], [0, 'written\n'], call.stderr)
  await lutra(['logout', '--all'], { env })
  assert.equal((await lutra(['whoami'], { env })).stdout, '')
})

test('a machine without a browser takes the address that a browser elsewhere has ended at', async () => {
  const endedAt = join(folder, 'ended-at')
  const run = start(['login', server.url, '--no-browser'], {
    env: { ...env, BROWSER: '/no/browser' },
  })
  const [, page = ''] = await run.saw(/Sign in at (\S+)/, 'stderr')
  await run.saw(/paste the address of that page/, 'stderr')
  const elsewhere = start([page], {
    program: [process.execPath, browser],
    env: { ENDED_AT: endedAt },
  })
  await elsewhere.ended
  run.type('https://elsewhere.example/callback?code=1\n')
  await run.saw(/That is not the page/, 'stderr')
  run.type(`${readFileSync(endedAt, 'utf8')}\n`)
  const { code, stdout, stderr } = await run.ended
  assert.equal(code, 0, stderr)
  assert.match(stdout, /Issuer:/)
  await lutra(['logout', '--all'], { env })
})

test('who says no at the authorization server is not signed in, and told so', async () => {
  const { code, stdout, stderr } = await lutra(['login', server.url], {
    env: { ...env, ANSWER: 'deny' },
  })
  assert.equal(code, 5, stderr)
  assert.equal(stdout, '')
  assert.match(stderr, /denied/)
  assert.equal((await lutra(['whoami', server.url], { env })).code, 5)
})

test('a program signs in by its own id and secret', async () => {
  const own = { ...env, LUTRA_CLIENT_SECRET: machine.client_secret }
  const args = [server.url, '--machine', '--client-id', machine.client_id]
  const none = await lutra(['login', ...args], { env })
  assert.equal(none.code, 2)
  assert.match(none.stderr, /LUTRA_CLIENT_SECRET/)
  const login = await lutra(['login', ...args], { env: own })
  assert.equal(login.code, 0, login.stderr)
  const call = await lutra(['call', server.url, 'whoami'], { env })
  assert.equal(call.code, 0, call.stderr)
  await lutra(['logout', '--all'], { env })
  const direct = await lutra(['call', ...args, 'whoami'], { env: own })
  assert.equal(direct.code, 0, direct.stderr)
  assertNoSecrets(login.stdout, login.stderr, direct.stdout, direct.stderr)
  await lutra(['logout', '--all'], { env })
})

test('a token is given by --token, from stdin, or by LUTRA_TOKEN', async () => {
  const login = await lutra(['login', server.url], { env })
  assert.equal(login.code, 0, login.stderr)
  const [, token = ''] = /"accessToken":\s*"([^"]+)"/.exec(readFileSync(credentials, 'utf8')) ?? []
  await lutra(['logout', '--all'], { env })
  const bad = await lutra(['call', server.url, 'whoami', '--token', 'bad'], { env })
  assert.equal(bad.code, 5)
  assert.match(bad.stderr, /wants to know who asks \(HTTP 401\)[\s\S]*It asks for: Bearer/)
  assert.match(bad.stderr, new RegExp(`lutra doctor ${server.url} tells`))
  const seen = server.requests.length
  await lutra(['call', server.url, 'whoami', '--token', '-'], { env, input: `${token}\n` })
  await lutra(['call', server.url, 'whoami'], { env: { ...env, LUTRA_TOKEN: token } })
  const sent = server.requests.slice(seen).map(({ authorization }) => authorization)
  assert.ok(sent.length >= 2)
  for (const one of sent) assert.equal(one, `Bearer ${token}`)
  const file = await lutra(['call', 'nothing.ts', 'x', '--client-id', 'x'], { env })
  assert.equal(file.code, 2)
})

test('AUTH-11 AUTH-48: in a terminal a command that is refused asks before it opens the browser, and steps up in the middle', {
  skip: noTerminal,
}, async () => {
  const run = startInTerminal(['call', server.url, 'whoami'], { env })
  await run.saw(/asks you to sign in at[\s\S]*Open the browser\?/)
  assert.equal(
    existsSync(credentials) && readFileSync(credentials, 'utf8').includes('accessToken'),
    false,
  )
  run.type(keys.enter)
  const first = await run.ended
  assert.equal(first.code, 0, first.stdout)
  assert.match(first.stdout, /\{"subject":"ada","scopes":\["notes:read"\]\}/)
  const more = startInTerminal(['call', server.url, 'write'], { env })
  await more.saw(/Scopes: .*notes:write[\s\S]*Open the browser\?/)
  more.type(keys.enter)
  const second = await more.ended
  assert.equal(second.code, 0, second.stdout)
  assert.match(second.stdout, /written/)
  await lutra(['logout', '--all'], { env })
  const no = startInTerminal(['call', server.url, 'whoami'], { env })
  await no.saw(/Open the browser\?/)
  await pause(50)
  no.type(keys.down + keys.down + keys.enter)
  const third = await no.ended
  assert.equal(third.code, 5, third.stdout)
  assert.match(third.stdout, /lutra login/)
})

test('AUTH-21 AUTH-26: where clients are registered by hand, the id is given, or asked for in a terminal', {
  skip: noTerminal,
}, async () => {
  const client = { client_id: 'desk-7', token_endpoint_auth_method: 'none' as const }
  await using strict = await startOidc({
    registration: false,
    clients: [
      {
        ...client,
        application_type: 'native',
        redirect_uris: ['http://127.0.0.1/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
  })
  await using shop = await startProtected({ issuers: [strict.issuer] })
  const nobody = await lutra(['login', shop.url], { env })
  assert.equal(nobody.code, 5, nobody.stderr)
  assert.match(nobody.stderr, /register one there by hand, and give its id by --client-id/)
  const doctor = await lutra(['doctor', shop.url], { env })
  assert.equal(doctor.code, 4, doctor.stdout)
  assert.match(doctor.stdout, /✗ Clients cannot register themselves there/)
  const given = await lutra(['login', shop.url, '--client-id', 'desk-7'], { env })
  assert.equal(given.code, 0, given.stderr)
  await lutra(['logout', '--all'], { env })
  const run = startInTerminal(['login', shop.url], { env })
  await run.saw(/Id of the client/)
  run.type(`desk-7${keys.enter}`)
  await run.saw(/Its secret/)
  run.type(keys.enter)
  const { code, stdout } = await run.ended
  assert.equal(code, 0, stdout)
  assert.match(stdout, /Server: .*Issuer: /s)
  await lutra(['logout', '--all'], { env })
})

test('AUTH-17 AUTH-18: a sign-in that cannot be safe does not happen, and says how to find out more', async () => {
  for (const [change, message] of [
    [{ code_challenge_methods_supported: undefined }, /PKCE|S256/],
    [{ issuer: 'https://other.example' }, /is of the issuer "?https:\/\/other\.example/],
  ] as const) {
    const site = await startSite(({ documents }, { metadata }) => {
      documents.set(serverPath, { ...metadata, ...change })
    })
    const ended = await lutra(['login', site.url, '--client-id', 'desk-7'], { env })
    await site.close()
    assert.equal(ended.code, 5, ended.stderr)
    assert.match(ended.stderr, message)
    assert.match(ended.stderr, new RegExp(`lutra doctor ${site.url} tells what is wrong`))
    assert.equal(ended.stdout, '')
  }
})

test('login says of a public server that there is nothing to sign in to', async () => {
  const open = await startSite((site) => {
    site.open = true
    site.documents.clear()
  })
  const { code, stdout, stderr } = await lutra(['login', open.url], { env })
  assert.deepEqual([code, stdout], [0, ''])
  assert.match(stderr, /it is public, and there is nothing to sign in to/)
  await open.close()
})

test('AUTH-26: the secret of a client is typed without being shown, and is no word of the command line', {
  skip: noTerminal,
}, async () => {
  const secret = 'a-secret-of-the-desk'
  await using strict = await startOidc({
    registration: false,
    clients: [
      {
        client_id: 'desk-8',
        client_secret: secret,
        application_type: 'native',
        redirect_uris: ['http://127.0.0.1/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
  })
  await using shop = await startProtected({ issuers: [strict.issuer] })
  const args = ['login', shop.url, '--client-id', 'desk-8']
  const plain = await lutra([...args, `--client-secret=${secret}`], { env })
  assert.equal(plain.code, 2)
  assert.match(plain.stderr, /--client-secret is a switch and takes no value/)
  const run = startInTerminal([...args, '--client-secret'], { env })
  await run.saw(/Secret of the client/)
  run.type(secret + keys.enter)
  const { code, stdout } = await run.ended
  assert.equal(code, 0, stdout)
  assert.equal(stdout.includes(secret), false)
  const logout = await lutra(['logout', shop.url], { env })
  assert.match(logout.stdout, /has revoked the tokens/)
  await lutra(['logout', '--all'], { env })
  assert.equal(readFileSync(credentials, 'utf8').includes(secret), false)
})
