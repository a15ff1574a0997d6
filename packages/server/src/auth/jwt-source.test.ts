import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BearerOptions, bearer, type Refused } from '@lutra/server/auth'
import { exportSPKI, importJWK, SignJWT } from 'jose'
import {
  bearing,
  createSigning,
  type FakeIssuer,
  isAuth,
  type Minting,
  refusal,
  resource,
  startIssuer,
} from './fixture.test.ts'

/** A server that trusts one issuer, and what it says of tokens of it. */
function protect(fake: FakeIssuer, options: Partial<BearerOptions> = {}) {
  const told: Refused[] = []
  const auth = bearer({
    resource,
    issuers: fake.issuer,
    onRefused: (why) => told.push(why),
    ...options,
  })
  const send = async (token: string) => refusal(await auth.authenticate(bearing(token)))
  return { auth, told, send, mint: async (minting?: Minting) => send(await fake.mint(minting)) }
}

function base64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

const seconds = () => Math.floor(Date.now() / 1000)

test('[AUTH-04, AUTH-05] tokens for others, of others, too old or too young get 401 invalid_token', async (t) => {
  const fake = await startIssuer(t)
  const { mint, told } = protect(fake)
  const cases: [string, Minting['claims'], RegExp][] = [
    ['another audience', { aud: 'https://other.example.com/mcp' }, /not for this server/],
    ['the origin alone', { aud: 'https://mcp.example.com' }, /not for this server/],
    ['a longer path', { aud: `${resource}/more` }, /not for this server/],
    ['no audience', { aud: undefined }, /not for this server/],
    ['a pattern as audience', { aud: ['*'] }, /not for this server/],
    ['expired', { exp: seconds() - 10 }, /expired/],
    ['without an end', { exp: undefined }, /when it ends/],
    ['an end that is no number', { exp: 'never' }, /when it ends|not validly/],
    ['not yet', { nbf: seconds() + 60 }, /not valid yet/],
    ['another issuer', { iss: 'https://evil.example.com' }, /no issuer that this server trusts/],
    ['the issuer with a slash', { iss: `${fake.issuer}/` }, /no issuer that this server trusts/],
    ['no issuer', { iss: undefined }, /no issuer that this server trusts/],
    ['nobody', { sub: undefined, client_id: undefined }, /whom it speaks for/],
    ['a certificate', { cnf: { 'x5t#S256': 'abc' } }, /bound in a way/],
  ]
  for (const [name, claims, expected] of cases) {
    const { status, challenge } = await mint({ claims: claims ?? {} })
    assert.equal(status, 401, name)
    assert.match(challenge, /^Bearer error="invalid_token"/, name)
    assert.match(challenge, expected, name)
  }
  assert.equal(told.length, cases.length)
  assert.match(told[0]?.detail ?? '', /other\.example\.com/)
})

test('[AUTH-05] the audience is one of several, in any spelling of the same URL', async (t) => {
  const { mint } = protect(await startIssuer(t))
  for (const aud of [
    ['https://a.example.com', resource],
    'HTTPS://MCP.example.com/mcp',
    'https://mcp.example.com:443/mcp/',
  ]) {
    assert.equal((await mint({ claims: { aud } })).status, 200, String(aud))
  }
})

test('a clock may be off by the tolerance, and no token outlives its end by more', async (t) => {
  const fake = await startIssuer(t)
  let now = Date.now()
  const { auth } = protect(fake, { now: () => now })
  const head = bearing(await fake.mint({ claims: { exp: Math.floor(now / 1000) + 20 } }))
  assert.ok(isAuth(await auth.authenticate(head)))
  now += 22_000
  assert.ok(isAuth(await auth.authenticate(head)), 'within the tolerance')
  now += 5_000
  assert.match(refusal(await auth.authenticate(head)).challenge, /expired/)
})

test('alg none gets in with no spelling of it, with or without a signature', async (t) => {
  const fake = await startIssuer(t)
  const { send } = protect(fake)
  const [, payload = '', signature = ''] = (await fake.mint()).split('.')
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '', undefined, null, ['ES256'], 0]) {
    for (const end of ['', signature]) {
      const { status } = await send(
        `${base64({ alg, typ: 'at+jwt', kid: 'key-1' })}.${payload}.${end}`,
      )
      assert.equal(status, 401, `${alg} ${end.length}`)
    }
  }
  assert.deepEqual(fake.asked, [], 'nothing unsigned makes the server fetch keys')
})

test('the public key is no shared secret: HS256 is refused in each form that the key may have', async (t) => {
  const fake = await startIssuer(t)
  const { send } = protect(fake)
  const key = await importJWK({ ...fake.signing.publicJwk, ext: true }, 'ES256')
  const pem = await exportSPKI(key as CryptoKey)
  const claims = { iss: fake.issuer, aud: resource, sub: 'evil', exp: seconds() + 60 }
  for (const secret of [pem, pem.trim(), JSON.stringify(fake.signing.publicJwk)]) {
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg, kid: 'key-1', typ: 'at+jwt' })
        .sign(new TextEncoder().encode(secret.padEnd(64)))
      assert.match((await send(token)).challenge, /algorithm that is not taken/)
    }
  }
})

test('algorithms of shared secrets cannot be configured', () => {
  for (const algorithms of [['HS256'], ['none'], ['RS256', 'hs512'], []]) {
    const issuers = { issuer: 'https://auth.example.com', algorithms }
    assert.throws(() => bearer({ resource, issuers }), /asymmetric/)
  }
})

test('keys that a token brings or points at are not looked at', async (t) => {
  const fake = await startIssuer(t)
  const evil = await startIssuer(t)
  const { mint } = protect(fake)
  const signing = { ...evil.signing, kid: 'key-1' }
  const headers = [
    { jku: `${evil.issuer}/jwks` },
    { x5u: `${evil.issuer}/cert` },
    { jwk: evil.signing.publicJwk },
    { jku: `${evil.issuer}/jwks`, kid: 'other' },
    { x5c: ['MIIB'] },
    { kid: '../../jwks' },
  ]
  for (const header of headers) {
    const { status } = await mint({ signing, header })
    assert.equal(status, 401, JSON.stringify(header))
  }
  assert.deepEqual(evil.asked, [])
})

test('a changed token, a critical header that nobody knows and a payload outside of the signature are refused', async (t) => {
  const fake = await startIssuer(t)
  const { send, mint } = protect(fake)
  const [header = '', payload = '', signature = ''] = (await fake.mint()).split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const changed = base64({ ...claims, sub: 'root' })
  assert.equal((await send(`${header}.${changed}.${signature}`)).status, 401)
  assert.equal((await send(`${header}.${payload}.${signature.slice(0, -4)}AAAA`)).status, 401)
  assert.equal((await send(`${header}.${payload}.`)).status, 401)
  assert.equal((await send(`${header}.${payload}`)).status, 401)
  assert.equal((await send(`${header}.${payload}.${signature}.${signature}`)).status, 401)
  await assert.rejects(mint({ header: { crit: ['x-own'], 'x-own': 1 } }))
  const critical = base64({ alg: 'ES256', kid: 'key-1', crit: ['exp'], exp: 1 })
  assert.equal((await send(`${critical}.${payload}.${signature}`)).status, 401)
})

test('what is no access token opens nothing', async (t) => {
  const { mint } = protect(await startIssuer(t))
  for (const typ of [
    'dpop+jwt',
    'oauth-id-jag+jwt',
    'logout+jwt',
    'secevent+jwt',
    'id_token+jwt',
  ]) {
    assert.match((await mint({ header: { typ } })).challenge, /no access token/, typ)
  }
  const idTokens: [Record<string, unknown>, Record<string, unknown>][] = [
    [{ typ: 'JWT' }, { nonce: 'n', client_id: undefined }],
    [{ typ: 'JWT' }, { at_hash: 'h' }],
    [{ typ: undefined }, { token_use: 'id' }],
    [{ typ: 'JWT' }, { typ: 'ID' }],
  ]
  for (const [header, claims] of idTokens) {
    assert.match((await mint({ header, claims })).challenge, /ID token/, JSON.stringify(claims))
  }
  for (const typ of ['at+jwt', 'application/at+jwt', 'JWT', 'AT+JWT']) {
    assert.equal((await mint({ header: { typ } })).status, 200, typ)
  }
  assert.equal((await mint({ header: { typ: 'JWT' }, claims: { nonce: 'n' } })).status, 200)
})

test('an issuer can be held to RFC 9068 and to its algorithms', async (t) => {
  const fake = await startIssuer(t)
  const { issuer } = fake
  const strict = protect(fake, { issuers: { issuer, types: ['at+jwt'] } })
  assert.equal((await strict.mint({ header: { typ: 'JWT' } })).status, 401)
  assert.equal((await strict.mint()).status, 200)
  const others = protect(fake, { issuers: { issuer, algorithms: ['RS256'] } })
  assert.match((await others.mint()).challenge, /algorithm/)
})

test('several issuers: each vouches for its own tokens only', async (t) => {
  const [one, two] = [await startIssuer(t), await startIssuer(t)]
  const { send, auth } = protect(one, { issuers: [one.issuer, { issuer: two.issuer }] })
  assert.equal((await send(await one.mint())).status, 200)
  assert.equal((await send(await two.mint())).status, 200)
  const forged = await two.mint({ claims: { iss: one.issuer } })
  assert.equal((await send(forged)).status, 401)
  assert.deepEqual(auth.metadata?.['authorization_servers'], [one.issuer, two.issuer])
})

test('an issuer with a name for each tenant, and its keys in one place', async (t) => {
  const fake = await startIssuer(t)
  const tenants = /^https:\/\/login\.example\.com\/[0-9a-f]{4}\/v2$/
  const { mint, auth } = protect(fake, {
    issuers: {
      issuer: 'https://login.example.com/organizations/v2',
      accepts: (iss, { tid }) => tenants.test(iss) && iss.includes(`/${tid}/`),
      jwksUri: `${fake.issuer}/jwks`,
      audience: ['api://1234', '1234'],
      scopesOf: ({ roles }) => (Array.isArray(roles) ? roles : []),
      subjectOf: ({ oid }) => (typeof oid === 'string' ? oid : undefined),
      clientIdOf: ({ appid }) => (typeof appid === 'string' ? appid : undefined),
      refuses: ({ acct }) => (acct === 1 ? 'Guests may not call' : undefined),
      authorizationServer: 'https://login.example.com/organizations',
    },
  })
  const claims = { iss: 'https://login.example.com/00aa/v2', tid: '00aa', aud: '1234', oid: 'o-1' }
  const who = await auth.authenticate(
    bearing(await fake.mint({ claims: { ...claims, roles: ['a'], appid: 'app-2' } })),
  )
  assert.ok(isAuth(who), JSON.stringify(who))
  assert.deepEqual([who.subject, who.clientId, who.scopes], ['o-1', 'app-2', ['a']])
  assert.equal((await mint({ claims: { ...claims, tid: '00bb' } })).status, 401)
  assert.match((await mint({ claims: { ...claims, acct: 1 } })).challenge, /Guests may not call/)
  assert.equal((await mint({ claims: { ...claims, aud: resource } })).status, 401)
  assert.deepEqual(auth.metadata?.['authorization_servers'], [
    'https://login.example.com/organizations',
  ])
})

test('keys that were given need no fetch, whatever tokens say of them', async (t) => {
  const fake = await startIssuer(t)
  const { mint } = protect(fake, { jwks: { keys: [fake.signing.publicJwk] } })
  assert.equal((await mint()).status, 200)
  assert.equal((await mint({ signing: await createSigning('key-1') })).status, 401)
  assert.equal((await mint({ signing: await createSigning('key-2') })).status, 401)
  assert.deepEqual(fake.asked, [])
})

test('a token without a kid is tried with each key that fits', async (t) => {
  const fake = await startIssuer(t)
  const other = await createSigning('key-0')
  const keys = [other.publicJwk, fake.signing.publicJwk]
  const { mint } = protect(fake, { jwks: { keys } })
  assert.equal((await mint({ header: { kid: undefined } })).status, 200)
  const stranger = await createSigning('x')
  assert.equal((await mint({ header: { kid: undefined }, signing: stranger })).status, 401)
})

test('claims are shared by all calls with a token, and nobody can change them', async (t) => {
  const fake = await startIssuer(t)
  const { auth } = protect(fake)
  const who = await auth.authenticate(bearing(await fake.mint({ claims: { org: { id: 1 } } })))
  assert.ok(isAuth(who))
  assert.throws(() => Object.assign(who, { subject: 'root' }))
  assert.throws(() => (who.scopes as string[]).push('admin'))
  assert.throws(() => Object.assign(who.claims['org'] as object, { id: 2 }))
  assert.doesNotMatch(JSON.stringify(who), /eyJ/, 'the token itself is not among them')
})

test('claims from a hostile issuer reach no prototype', async (t) => {
  const fake = await startIssuer(t)
  const { auth } = protect(fake, { implies: { admin: ['read'] } })
  const claims = JSON.parse('{"__proto__":{"admin":true},"scope":"constructor __proto__ toString"}')
  const who = await auth.authenticate(bearing(await fake.mint({ claims })))
  assert.ok(isAuth(who))
  assert.deepEqual(who.scopes, ['constructor', '__proto__', 'toString'])
  assert.equal(({} as { admin?: unknown }).admin, undefined)
})
