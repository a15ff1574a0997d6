import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BearerOptions, bearer, type Verify } from '@lutra/server/auth'
import { equal } from './api-keys.ts'
import {
  bearing,
  type FakeIssuer,
  headOf,
  isAuth,
  type Reply,
  refusal,
  resource,
  startIssuer,
} from './fixture.test.ts'

const opaque = '2YotnFZFEjr1zCsicMWpAA'

function introspecting(
  fake: FakeIssuer,
  answer: (fields: URLSearchParams) => Reply['body'],
  more: Partial<BearerOptions> = {},
) {
  const asked: URLSearchParams[] = []
  fake.pages.set('/introspect', (body) => {
    const fields = new URLSearchParams(body)
    asked.push(fields)
    return { body: answer(fields) }
  })
  const clock = { now: Date.now() }
  const auth = bearer({
    resource,
    introspection: {
      issuer: fake.issuer,
      endpoint: `${fake.issuer}/introspect`,
      clientId: 'rs:1',
      clientSecret: 'p%s ü',
      ...more.introspection,
    },
    now: () => clock.now,
    onError: () => {},
    ...('cache' in more ? { cache: more.cache } : {}),
  })
  return {
    auth,
    asked,
    clock,
    send: async (token: string) => refusal(await auth.authenticate(bearing(token))),
  }
}

test('a token is asked about once and kept, but not past its end and not for long', async (t) => {
  const fake = await startIssuer(t)
  let exp = Math.floor(Date.now() / 1000) + 3600
  const { auth, asked, clock, send } = introspecting(fake, () => ({
    ...{ active: true, aud: resource, sub: 'ann', client_id: 'app', scope: 'a b', exp },
  }))
  const who = await auth.authenticate(bearing(opaque))
  assert.ok(isAuth(who), JSON.stringify(who))
  assert.deepEqual([who.subject, who.clientId, who.scopes], ['ann', 'app', ['a', 'b']])
  assert.equal(who.claims['iss'], fake.issuer)
  assert.equal(asked[0]?.get('token'), opaque)
  assert.equal(asked[0]?.get('token_type_hint'), 'access_token')
  await Promise.all(Array.from({ length: 20 }, () => send(opaque)))
  assert.equal(asked.length, 1)
  clock.now += 61_000
  exp = Math.floor(clock.now / 1000) + 10
  await send(opaque)
  assert.equal(asked.length, 2, 'the cache ends')
  clock.now += 20_000
  assert.match((await send(opaque)).challenge, /expired/)
})

test('[AUTH-05] what is inactive, for others or of others is refused', async (t) => {
  const fake = await startIssuer(t)
  let answer: unknown = {}
  const { send } = introspecting(fake, () => answer)
  const good = { active: true, aud: resource, sub: 'ann' }
  const bad: unknown[] = [
    { active: false },
    {},
    { ...good, active: 'true' },
    { ...good, active: 1 },
    { ...good, aud: undefined },
    { ...good, aud: 'https://other.example.com' },
    { ...good, iss: 'https://evil.example.com' },
    { ...good, exp: 1 },
    { ...good, nbf: 99_999_999_999 },
    { ...good, sub: '' },
    { ...good, cnf: { jkt: 'x' } },
  ]
  for (const each of bad) {
    answer = each
    assert.equal((await send(opaque)).status, 401, JSON.stringify(each))
  }
  answer = good
  assert.equal((await send(opaque)).status, 200)
})

test('id and secret go in the header as RFC 6749 encodes them, or in the body', async () => {
  const seen: (string | null)[] = []
  const endpoint = 'https://auth.example.com/introspect'
  const answering: typeof fetch = async (_, init) => {
    seen.push(new Headers(init?.headers).get('authorization'), String(init?.body))
    return Response.json({ active: true, aud: resource, sub: 'ann' })
  }
  const own = {
    issuer: 'https://auth.example.com',
    endpoint,
    clientId: 'rs:1',
    clientSecret: 'p%s ü',
  }
  for (const authMethod of ['basic', 'post'] as const) {
    const auth = bearer({ resource, introspection: { ...own, authMethod }, fetch: answering })
    assert.ok(isAuth(await auth.authenticate(bearing(opaque))))
  }
  const basic = Buffer.from(seen[0]?.slice('Basic '.length) ?? '', 'base64').toString()
  assert.equal(basic, 'rs%3A1:p%25s+%C3%BC')
  assert.equal(seen[2], null)
  assert.equal(new URLSearchParams(seen[3] ?? '').get('client_secret'), 'p%s ü')
})

test('an authorization server that does not answer the question is 503', async (t) => {
  const fake = await startIssuer(t)
  const { send } = introspecting(fake, () => ({}))
  fake.pages.set('/introspect', () => ({ status: 401, body: { error: 'invalid_client' } }))
  assert.equal((await send(opaque)).status, 503)
  fake.pages.delete('/introspect')
  assert.equal((await send(opaque)).status, 503)
})

test('[AUTH-06] a token that is plainly of another issuer is not shown to this one', async (t) => {
  const [fake, other] = [await startIssuer(t), await startIssuer(t)]
  const { send, asked } = introspecting(fake, () => ({ active: true, aud: resource, sub: 'ann' }))
  assert.equal((await send(await other.mint())).status, 401)
  assert.equal(asked.length, 0)
  assert.equal((await send(await fake.mint())).status, 200)
})

test('API keys say whom they speak for', async () => {
  const key = 'k'.repeat(32)
  const auth = bearer({
    resource,
    apiKeys: [
      { key, subject: 'ci', scopes: ['read'], clientId: 'robot' },
      { key: 'old'.repeat(10), subject: 'old', exp: 1 },
    ],
  })
  const who = await auth.authenticate(bearing(key))
  assert.ok(isAuth(who), JSON.stringify(who))
  assert.deepEqual([who.subject, who.clientId, who.scopes], ['ci', 'robot', ['read']])
  assert.equal(refusal(await auth.authenticate(bearing(`${key.slice(1)}x`))).status, 401)
  assert.match(refusal(await auth.authenticate(bearing('old'.repeat(10)))).challenge, /expired/)
  assert.equal(auth.metadata, undefined)
  assert.equal(refusal(await auth.authenticate(headOf())).challenge, 'Bearer')
})

test('API keys may be configured as digests, which are no keys themselves', async () => {
  const key = 'a-key-of-twenty-and-more'
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))
  const sha256 = Buffer.from(bytes).toString('hex').toUpperCase()
  const auth = bearer({ resource, apiKeys: [{ sha256, subject: 'ann' }] })
  assert.equal(refusal(await auth.authenticate(bearing(key))).challenge, 'ann')
  assert.equal(refusal(await auth.authenticate(bearing(sha256))).status, 401)
})

test('API keys that cannot be good are refused at the start', () => {
  const bad = [
    { key: 'short', subject: 'a' },
    { subject: 'a' },
    { key: 'k'.repeat(20), sha256: 'a'.repeat(64), subject: 'a' },
    { sha256: 'abc', subject: 'a' },
    { key: 'k'.repeat(20), subject: '' },
  ]
  for (const key of bad) assert.throws(() => bearer({ resource, apiKeys: [key] }), TypeError)
  try {
    bearer({ resource, apiKeys: [{ key: 'short-secret', subject: 'a' }] })
  } catch (error) {
    assert.doesNotMatch(String(error), /short-secret/)
  }
})

test('digests are compared in full wherever they differ', () => {
  const digest = Uint8Array.from({ length: 32 }, (_, at) => at)
  // Reads are counted: time itself cannot be asserted.
  const reads = (differsAt: number) => {
    let count = 0
    const other = new Proxy(digest.slice(), {
      get(target, name) {
        if (typeof name === 'string' && /^\d+$/.test(name)) count += 1
        if (name === String(differsAt)) return 255
        return Reflect.get(target, name, target)
      },
    })
    assert.equal(equal(digest, other), differsAt < 0)
    return count
  }
  for (const at of [-1, 0, 15, 31]) assert.equal(reads(at), 32, `differs at ${at}`)
  assert.equal(equal(digest, digest.subarray(1)), false)
})

test('a function decides, and what it says is held to times, audience and binding', async () => {
  const cases: [Awaited<ReturnType<Verify>>, number][] = [
    [{ subject: 'ann', scopes: ['a'] }, 200],
    [{ subject: 'ann', claims: { aud: resource } }, 200],
    [{ subject: 'ann', claims: { aud: 'https://other.example.com' } }, 401],
    [{ subject: 'ann', claims: { exp: 1 } }, 401],
    [{ subject: 'ann', claims: { cnf: { jkt: 'x' } } }, 401],
    [undefined, 401],
  ]
  for (const [answer, status] of cases) {
    const auth = bearer({ resource, verify: async () => answer })
    const found = refusal(await auth.authenticate(bearing(opaque)))
    assert.equal(found.status, status, JSON.stringify(answer))
  }
})

test('a function that throws is 503, told to the operator, and says nothing to the caller', async () => {
  const errors: unknown[] = []
  const verify = () => {
    throw new Error('secret of the database')
  }
  const auth = bearer({ resource, verify, onError: (error) => errors.push(error) })
  const found = await auth.authenticate(bearing(opaque))
  assert.ok(!isAuth(found))
  assert.equal(found.status, 503)
  assert.doesNotMatch(JSON.stringify(found), /database/)
  assert.match(String((errors[0] as Error).cause), /database/)
})

test('what a function gives beside the caller stays out of reach', async () => {
  const verify = () => ({ subject: 'ann', token: opaque, status: 200 })
  const auth = bearer({ resource, verify })
  const found = await auth.authenticate(bearing(opaque))
  assert.ok(isAuth(found))
  assert.doesNotMatch(JSON.stringify(found), new RegExp(opaque))
})

test('a function that looks at more than the token is asked each time', async () => {
  const verify: Verify = async (_, head) => ({ subject: head.header('x-tenant') ?? 'none' })
  const auth = bearer({ resource, verify, cache: { seconds: 0 } })
  const ask = (tenant: string) =>
    auth.authenticate(headOf({ authorization: `Bearer ${opaque}`, 'x-tenant': tenant }))
  const both = await Promise.all([ask('a'), ask('b')])
  assert.deepEqual(
    both.map((found) => refusal(found).challenge),
    ['a', 'b'],
  )
})

test('an issuer of tokens that are no JWTs is asked about its own', async () => {
  const issuer = 'https://github.com/login/oauth'
  const asked: string[] = []
  const auth = bearer({
    resource,
    issuers: {
      issuer,
      authorizationServer: false,
      recognizes: (token) => token.startsWith('gho_'),
      verify: async (token) => {
        asked.push(token)
        return token === 'gho_good' ? { subject: '42', scopes: ['repo'] } : undefined
      },
    },
    apiKeys: [{ key: 'k'.repeat(20), subject: 'ci' }],
  })
  const who = await auth.authenticate(bearing('gho_good'))
  assert.ok(isAuth(who))
  assert.equal(who.claims['iss'], issuer)
  assert.equal(refusal(await auth.authenticate(bearing('gho_bad'))).status, 401)
  assert.equal(refusal(await auth.authenticate(bearing('other'))).status, 401)
  assert.equal(refusal(await auth.authenticate(bearing('k'.repeat(20)))).challenge, 'ci')
  assert.deepEqual(asked, ['gho_good', 'gho_bad'])
  assert.equal(auth.metadata, undefined)
})

test('tokens that are made up make this server ask no more than so often at once', async () => {
  let running = 0
  let most = 0
  const verify: Verify = async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setTimeout(resolve, 20))
    running -= 1
    return undefined
  }
  const auth = bearer({ resource, verify, onError: () => {} })
  const tokens = Array.from({ length: 1000 }, (_, at) => `made-up-${at}`)
  const found = await Promise.all(tokens.map((token) => auth.authenticate(bearing(token))))
  assert.ok(most <= 256, `${most} at once`)
  const statuses = new Set(found.map((each) => refusal(each).status))
  assert.deepEqual([...statuses].sort(), [401, 503])
  assert.equal(refusal(await auth.authenticate(bearing('later'))).status, 401)
})
