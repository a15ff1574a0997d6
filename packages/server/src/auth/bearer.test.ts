import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BearerOptions, bearer, type Refused } from '@lutra/server/auth'
import { bearing, headOf, isAuth, refusal, resource, startIssuer } from './fixture.test.ts'

test('[AUTH-03] a token of the issuer says who calls, and at once when it was seen before', async (t) => {
  const { issuer, mint, asked } = await startIssuer(t)
  const auth = bearer({ resource, issuers: issuer })
  const head = bearing(await mint({ claims: { scope: 'read write' } }))
  const first = auth.authenticate(head)
  assert.ok(first instanceof Promise)
  const who = await first
  assert.ok(isAuth(who), JSON.stringify(who))
  assert.equal(who.subject, 'ann')
  assert.equal(who.clientId, 'app')
  assert.deepEqual(who.scopes, ['read', 'write'])
  assert.equal(who.claims['iss'], issuer)
  assert.equal(auth.authenticate(head), who)
  assert.deepEqual(asked, ['/.well-known/oauth-authorization-server', '/jwks'])
})

test('[AUTH-02, AUTH-04, AUTH-07] without a token there is 401 with where and for what to get one', async (t) => {
  const { issuer } = await startIssuer(t)
  const auth = bearer({ resource, issuers: issuer, scopes: ['mcp', 'offline_access'] })
  const metadata = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp'
  const challenge = `Bearer scope="mcp", resource_metadata="${metadata}"`
  assert.deepEqual(refusal(await auth.authenticate(headOf())), { status: 401, challenge })
  const basic = headOf({ authorization: 'Basic YTpi' })
  assert.deepEqual(refusal(await auth.authenticate(basic)), { status: 401, challenge })
})

/** Every token is good, and says whom it is of: `ann.read.write`. */
function trusting(options: Partial<BearerOptions> = {}) {
  const asked: string[] = []
  const clock = { now: 1_000_000 }
  const told: Refused[] = []
  const auth = bearer({
    resource,
    verify: async (token) => {
      asked.push(token)
      const [subject = '', ...scopes] = token.split('.')
      return { subject, clientId: `app-of-${subject}`, scopes }
    },
    now: () => clock.now,
    onRefused: (why) => told.push(why),
    onError: () => {},
    metadata: { authorization_servers: ['https://auth.example.com'] },
    ...options,
  })
  const send = async (token: string) => refusal(await auth.authenticate(bearing(token)))
  return { auth, asked, clock, told, send }
}

test('a known token is a look-up: no promise, nobody asked, until it is to be checked again', async () => {
  const { auth, asked, clock, send } = trusting({ cache: { seconds: 30 } })
  await send('ann')
  const known = auth.authenticate(bearing('ann'))
  assert.ok(!(known instanceof Promise) && isAuth(known))
  clock.now += 29_999
  assert.ok(!(auth.authenticate(bearing('ann')) instanceof Promise))
  clock.now += 1
  assert.ok(auth.authenticate(bearing('ann')) instanceof Promise)
  assert.deepEqual(asked, ['ann', 'ann'])
})

test('requests with the same new token at once are one question', async () => {
  const { asked, send } = trusting()
  await Promise.all(Array.from({ length: 100 }, () => send('ann')))
  assert.deepEqual(asked, ['ann'])
})

test('the cache holds what it may, and forgets what was not used', async () => {
  const { auth, asked, send } = trusting({ cache: { max: 100 } })
  await send('ann')
  for (let at = 0; at < 1000; at++) {
    await send(`t${at}`)
    assert.ok(!(auth.authenticate(bearing('ann')) instanceof Promise), 'what is used stays')
  }
  assert.ok(auth.drop({ matches: () => true }) <= 100)
  assert.equal(asked.filter((token) => token === 'ann').length, 1)
})

test('tokens that end alike, however long, are not taken for each other', async () => {
  const { auth, send } = trusting()
  const end = `.${'x'.repeat(200)}`
  for (let round = 0; round < 2; round++) {
    for (const subject of ['ann', 'bob']) {
      await send(subject + end)
      const known = auth.authenticate(bearing(subject + end))
      assert.ok(!(known instanceof Promise) && isAuth(known))
      assert.equal(known.subject, subject)
    }
  }
  auth.drop({ subject: 'bob' })
  assert.ok(auth.authenticate(bearing(`bob${end}`)) instanceof Promise)
})

test('tokens are dropped on demand: one, or all of somebody', async () => {
  const { auth, asked, send } = trusting()
  for (const token of ['ann', 'ann.a', 'bob', 'cid']) await send(token)
  assert.equal(auth.drop({ token: 'ann' }), 1)
  assert.equal(auth.drop({ token: 'ann' }), 0)
  assert.equal(auth.drop({ subject: 'ann' }), 1)
  assert.equal(auth.drop({ clientId: 'app-of-bob' }), 1)
  assert.equal(auth.drop({ matches: ({ subject }) => subject === 'cid' }), 1)
  asked.length = 0
  for (const token of ['ann', 'ann.a', 'bob', 'cid']) await send(token)
  assert.equal(asked.length, 4)
})

test('a token that is dropped while it is checked is not kept', async () => {
  let answer = () => {}
  let asked = 0
  const verify: BearerOptions['verify'] = () => {
    asked += 1
    return new Promise((resolve) => {
      answer = () => resolve({ subject: 'ann' })
    })
  }
  const auth = bearer({ resource, verify })
  const first = auth.authenticate(bearing('t'))
  auth.drop({ token: 't' })
  answer()
  assert.ok(isAuth(await first))
  const second = auth.authenticate(bearing('t'))
  assert.ok(second instanceof Promise)
  answer()
  await second
  assert.equal(asked, 2)
})

test('what was revoked is refused as soon as it has left the cache', async () => {
  const list = new Set<string>()
  const { auth, send } = trusting({ revoked: async ({ subject }) => list.has(subject) })
  assert.equal((await send('ann')).status, 200)
  list.add('ann')
  auth.drop({ subject: 'ann' })
  assert.match((await send('ann')).challenge, /error="invalid_token".*revoked/)
  const broken = trusting({ revoked: () => Promise.reject(new Error('down')) })
  assert.equal((await broken.send('ann')).status, 503)
})

test('[AUTH-04, AUTH-08] a token without the scopes that all calls need is 403 and names them', async () => {
  const { send, told, auth } = trusting({ scopes: ['mcp', 'files'] })
  for (let twice = 0; twice < 2; twice++) {
    const { status, challenge } = await send('ann.mcp')
    assert.equal(status, 403)
    assert.match(
      challenge,
      /error="insufficient_scope".* scope="mcp files", resource_metadata="https/,
    )
  }
  assert.deepEqual(
    told.map(({ status }) => status),
    [403, 403],
  )
  assert.match(told[0]?.detail ?? '', /ann has: mcp/)
  assert.equal((await send('ann.files.mcp')).status, 200)
  assert.match(auth.challenge(['mcp', 'write'], 'More'), /scope="mcp files write"/)
})

test('[AUTH-09] a broad scope holds the narrow ones, over several steps and in circles', async () => {
  const implies = { admin: ['write'], write: ['read', 'admin'], read: [] }
  const record = trusting({ implies, scopes: ['read'] })
  const who = await record.auth.authenticate(bearing('ann.admin'))
  assert.ok(isAuth(who))
  assert.deepEqual(who.scopes, ['admin', 'write', 'read'])
  assert.equal((await record.send('ann.other')).status, 403)
  const prefix = (scopes: readonly string[]) => scopes.flatMap((one) => [`${one}:read`])
  const byFunction = trusting({ implies: prefix, scopes: ['files:read'] })
  assert.equal((await byFunction.send('ann.files')).status, 200)
})

test('[AUTH-10] offline_access is asked for by nobody', () => {
  const { auth } = trusting({ scopes: ['offline_access', 'mcp'] })
  assert.deepEqual(auth.metadata?.['scopes_supported'], ['mcp'])
  assert.doesNotMatch(auth.challenge(['offline_access', 'x'], ''), /offline/)
})

test('no token, claim or text of a caller comes back in a reply or a report', async (t) => {
  const { issuer, mint } = await startIssuer(t)
  const told: Refused[] = []
  const auth = bearer({ resource, issuers: issuer, onRefused: (why) => told.push(why) })
  const hostile = '"\r\nX-Evil: 1\u0000é\\'
  const tokens = [
    await mint({ claims: { aud: hostile } }),
    await mint({ claims: { iss: hostile } }),
    await mint({ header: { kid: hostile } }),
    await mint({ header: { typ: hostile } }),
  ]
  for (const token of tokens) {
    const found = await auth.authenticate(bearing(token))
    assert.ok(!isAuth(found))
    assert.doesNotMatch(JSON.stringify(found), /evil/i)
    assert.match(found.headers['www-authenticate'] ?? '', /^[ -~]+$/)
    assert.ok(!JSON.stringify([found, told]).includes(token.slice(-40)))
  }
})

test('a description is written so that it ends nothing in the header', () => {
  const { auth } = trusting()
  const challenge = auth.challenge(
    ['a"b', 'c d', 'ok', '\u00e9'],
    'Tool "x"\\\r\nSet-Cookie: a=b é',
  )
  assert.equal(
    challenge,
    `Bearer error="insufficient_scope", error_description="Tool 'x' Set-Cookie: a=b", scope="ok", ` +
      'resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"',
  )
  assert.ok(auth.challenge([], 'x'.repeat(10_000)).length < 500)
})

test('a huge token is refused before anybody looks into it', async () => {
  const { send, asked } = trusting()
  assert.equal((await send('a'.repeat(16_385))).status, 400)
  assert.equal((await send('a'.repeat(16_384))).status, 200)
  assert.equal(asked.length, 1)
  assert.equal((await send('=?'.repeat(500_000))).status, 400)
})

test('the scheme is read in any case, and names from a prototype are none', async () => {
  const { auth } = trusting()
  const status = async (authorization: string) =>
    refusal(await auth.authenticate(headOf({ authorization }))).status
  for (const scheme of ['bearer', 'BEARER', 'Bearer '])
    assert.equal(await status(`${scheme} ann`), 200)
  for (const scheme of ['constructor', '__proto__', 'Basic', '', 'Bearerx']) {
    assert.equal(await status(`${scheme} ann`), 401, scheme)
  }
})

test('a resource at the root of its host has one place for its metadata', () => {
  const { auth } = trusting({ resource: 'https://MCP.example.com/' })
  assert.deepEqual(auth.metadataPaths, ['/.well-known/oauth-protected-resource'])
  assert.equal(auth.metadata?.['resource'], 'https://mcp.example.com')
  assert.match(
    auth.challenge([], 'x'),
    /metadata="https:\/\/mcp.example.com\/.well-known\/oauth-protected-resource"/,
  )
})

test('an issuer that is away is told of on stderr where nobody asks, once, and with no secret', async (t) => {
  const lines: unknown[][] = []
  t.mock.method(console, 'error', (...line: unknown[]) => lines.push(line))
  const verify: BearerOptions['verify'] = async (token) => {
    throw Object.assign(new Error('connection refused'), { request: { token } })
  }
  const auth = bearer({ resource, verify })
  for (let sent = 0; sent < 5; sent++) {
    assert.equal(refusal(await auth.authenticate(bearing(`s3cr3t${sent}`))).status, 503)
  }
  assert.deepEqual(
    lines.flat().filter((part) => part !== undefined),
    [
      'Access tokens cannot be checked: The function that checks tokens has failed: connection refused',
    ],
  )
})

test('the metadata takes more words, but is always of this resource', () => {
  const { auth } = trusting({
    metadata: {
      resource: 'https://evil.example.com',
      resource_name: 'Files',
      authorization_servers: ['https://a.example.com'],
    },
  })
  assert.deepEqual(auth.metadata, {
    resource,
    authorization_servers: ['https://a.example.com'],
    bearer_methods_supported: ['header'],
    resource_name: 'Files',
  })
})
