import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { type BearerOptions, bearer } from '@lutra/server/auth'
import {
  bearing,
  createSigning,
  type FakeIssuer,
  isAuth,
  refusal,
  resource,
  startIssuer,
} from './fixture.test.ts'

/** A server whose clock stands still until it is moved, and which forgets tokens at once. */
function protect(fake: FakeIssuer, options: Partial<BearerOptions> = {}) {
  const clock = { now: Date.now() }
  const errors: unknown[] = []
  const auth = bearer({
    resource,
    issuers: fake.issuer,
    cache: { seconds: 0 },
    now: () => clock.now,
    onError: (error) => errors.push(error),
    timeoutMs: 500,
    ...options,
  })
  const send = async (token: string) => refusal(await auth.authenticate(bearing(token)))
  const fetches = () => fake.asked.filter((path) => path === '/jwks').length
  return { auth, clock, errors, send, fetches }
}

const far = { exp: Math.floor(Date.now() / 1000) + 100_000 }

test('kids that point nowhere cause one fetch in a while, however many there are', async (t) => {
  const fake = await startIssuer(t)
  const { send, clock, fetches } = protect(fake)
  assert.equal((await send(await fake.mint({ claims: far }))).status, 200)
  const flood = async () => {
    const tokens = Array.from({ length: 200 }, (_, at) =>
      fake.mint({ claims: far, header: { kid: `nowhere-${at}` } }),
    )
    for (const { status } of await Promise.all((await Promise.all(tokens)).map(send))) {
      assert.equal(status, 401)
    }
  }
  await flood()
  assert.equal(fetches(), 1)
  clock.now += 31_000
  await flood()
  assert.equal(fetches(), 2)
})

test('a key that came later is found by its kid, one that was taken away no longer counts', async (t) => {
  const fake = await startIssuer(t)
  const { send, clock } = protect(fake)
  const old = await fake.mint({ claims: far })
  assert.equal((await send(old)).status, 200)
  const next = await createSigning('key-2')
  fake.pages.set('/jwks', () => ({ body: { keys: [next.publicJwk] } }))
  const token = await fake.mint({ claims: far, signing: next })
  assert.equal((await send(token)).status, 401, 'too soon to look again')
  clock.now += 31_000
  assert.equal((await send(token)).status, 200)
  assert.equal((await send(old)).status, 401)
})

test('a key that was taken away stops to count soon, also where no token names another', async (t) => {
  const fake = await startIssuer(t)
  const { send, clock } = protect(fake)
  const token = await fake.mint({ claims: far })
  assert.equal((await send(token)).status, 200)
  fake.pages.set('/jwks', () => ({ body: { keys: [] } }))
  clock.now += 11 * 60_000
  assert.equal((await send(token)).status, 401)
})

test('a hundred first requests at once cause one discovery and one fetch of keys', async (t) => {
  const fake = await startIssuer(t)
  const { send } = protect(fake)
  const tokens = await Promise.all(Array.from({ length: 100 }, () => fake.mint()))
  const all = await Promise.all(tokens.map(send))
  assert.ok(all.every(({ status }) => status === 200))
  assert.deepEqual(fake.asked, ['/.well-known/oauth-authorization-server', '/jwks'])
})

test('an issuer that cannot be reached is 503 and told to the operator, not a reason to sign in again', async (t) => {
  const fake = await startIssuer(t)
  fake.pages.set('/jwks', () => ({ status: 500, body: 'down' }))
  const { auth, send, clock, errors, fetches } = protect(fake)
  const token = await fake.mint({ claims: far })
  const found = await auth.authenticate(bearing(token))
  assert.ok(!isAuth(found))
  assert.equal(found.status, 503)
  assert.equal(found.headers['retry-after'], '5')
  assert.equal(found.headers['www-authenticate'], undefined)
  assert.match(String(found.body), /try again later/)
  assert.match(String(errors[0]), /jwks, got 500|500/)
  for (let again = 0; again < 50; again++) assert.equal((await send(token)).status, 503)
  assert.equal(fetches(), 1, 'it is left alone for a while')
  fake.pages.set('/jwks', () => ({ body: { keys: [fake.signing.publicJwk] } }))
  clock.now += 3_000
  assert.equal((await send(token)).status, 200)
})

test('keys that were good go on being good for an hour without their issuer', async (t) => {
  const fake = await startIssuer(t)
  const { send, clock, errors } = protect(fake)
  const token = await fake.mint({ claims: far })
  assert.equal((await send(token)).status, 200)
  fake.pages.set('/jwks', () => ({ status: 500, body: 'down' }))
  clock.now += 30 * 60_000
  assert.equal((await send(token)).status, 200)
  assert.equal(errors.length, 1)
  clock.now += 31 * 60_000
  assert.equal((await send(token)).status, 503)
})

test('an issuer is found by OpenID Connect too, in both places, and below a path', async (t) => {
  const places = ['/.well-known/openid-configuration/t1', '/t1/.well-known/openid-configuration']
  for (const place of places) {
    const fake = await startIssuer(t)
    const issuer = `${fake.issuer}/t1`
    fake.pages.set(place, () => ({ body: { issuer, jwks_uri: `${fake.issuer}/jwks` } }))
    const { send } = protect(fake, { issuers: issuer })
    assert.equal((await send(await fake.mint({ claims: { iss: issuer } }))).status, 200, place)
    assert.equal(fake.asked[0], '/.well-known/oauth-authorization-server/t1')
    assert.ok(!fake.asked.includes('/.well-known/oauth-authorization-server'))
  }
})

test('metadata of another issuer, keys on plain http and what is no metadata are not used', async (t) => {
  const bad: [unknown, RegExp][] = [
    [{ issuer: 'https://evil.example.com', jwks_uri: 'https://evil.example.com/j' }, /evil/],
    [{ issuer: '', jwks_uri: 'x' }, /write the issuer exactly/],
    ['<html>', /no JSON/],
    [[], /no object/],
    ['null', /no object/],
  ]
  for (const [body, expected] of bad) {
    const fake = await startIssuer(t)
    fake.pages.set('/.well-known/oauth-authorization-server', () => ({ body }))
    const { send, errors } = protect(fake)
    assert.equal((await send(await fake.mint())).status, 503)
    assert.match(String(errors[0]), expected)
  }
  const fake = await startIssuer(t)
  for (const keys of ['http://keys.example.com/jwks', 'file:///etc/passwd', 'jwks', 1]) {
    fake.pages.set('/.well-known/oauth-authorization-server', () => ({
      body: { issuer: fake.issuer, jwks_uri: keys },
    }))
    const { send, errors } = protect(fake)
    assert.equal((await send(await fake.mint())).status, 503)
    assert.match(String(errors[0]), /jwks_uri/)
  }
})

test('an issuer that sends without end, too many keys, a redirect or nothing for long is given up', async (t) => {
  const token = async (fake: FakeIssuer) => fake.mint()
  const endless: typeof fetch = async (url) => {
    if (!String(url).endsWith('/jwks')) return fetch(url)
    const chunk = new TextEncoder().encode(' '.repeat(65_536))
    return new Response(new ReadableStream({ pull: (stream) => stream.enqueue(chunk) }))
  }
  const fake = await startIssuer(t)
  const flood = protect(fake, { fetch: endless })
  assert.equal((await flood.send(await token(fake))).status, 503)
  assert.match(String(flood.errors[0]), /more than \d+ bytes/)

  const many = protect(fake)
  fake.pages.set('/jwks', () => ({
    body: { keys: Array.from({ length: 101 }, () => fake.signing.publicJwk) },
  }))
  assert.equal((await many.send(await token(fake))).status, 503)

  const redirecting: typeof fetch = async (url, init) => {
    assert.equal(init?.redirect, 'manual')
    return String(url).endsWith('/jwks')
      ? new Response(null, { status: 302, headers: { location: 'http://169.254.169.254/' } })
      : fetch(url)
  }
  const moved = protect(fake, { fetch: redirecting })
  assert.equal((await moved.send(await token(fake))).status, 503)

  const silent: typeof fetch = (_, init) =>
    new Promise((_, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
    })
  const slow = protect(fake, { fetch: silent, timeoutMs: 50 })
  // The timer of a signal keeps no process alive.
  const alive = setInterval(() => {}, 1000)
  t.after(() => clearInterval(alive))
  assert.equal((await slow.send(await token(fake))).status, 503)
  assert.match(String(slow.errors[0]), /did not answer within 50 ms/)
})

test('issuers that nobody could trust are refused at the start', () => {
  for (const issuers of ['http://auth.example.com', 'auth.example.com', '', 'ftp://a.example']) {
    assert.throws(() => bearer({ resource, issuers }), TypeError, issuers)
  }
  assert.throws(() => bearer({ resource }), /whose tokens are good/)
  assert.throws(() => bearer({ resource: 'mcp.example.com', issuers: 'https://a.example' }), /URL/)
  assert.throws(() => bearer({ resource: `${resource}#x`, issuers: 'https://a.example' }), /frag/)
  const issuers = ['https://a.example', 'https://b.example']
  assert.throws(() => bearer({ resource, issuers, jwks: 'https://a.example/jwks' }), /one issuer/)
})

test('keys of an issuer that are broken or too short are its fault, and trouble no other key', async (t) => {
  const fake = await startIssuer(t)
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const short = { ...publicKey.export({ format: 'jwk' }), kid: 'short', alg: 'RS256' }
  const broken = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'broken', alg: 'ES256' }
  const secret = { kty: 'oct', k: 'AAAA', kid: 'secret' }
  const odd = { kid: 'odd' }
  const keys = [short, broken, secret, odd, fake.signing.publicJwk]
  fake.pages.set('/jwks', () => ({ body: { keys } }))
  const { send, errors } = protect(fake)
  assert.equal((await send(await fake.mint())).status, 200)
  for (const kid of ['secret', 'odd']) {
    assert.equal((await send(await fake.mint({ header: { kid } }))).status, 401, kid)
  }
  assert.equal((await send(await fake.mint({ header: { kid: 'broken' } }))).status, 503)
  const header = base64({ alg: 'RS256', kid: 'short' })
  const [, payload = ''] = (await fake.mint()).split('.')
  const signature = sign('sha256', Buffer.from(`${header}.${payload}`), privateKey)
  const weak = await send(`${header}.${payload}.${signature.toString('base64url')}`)
  assert.equal(weak.status, 503)
  assert.equal(errors.length, 2)
  assert.equal((await send(await fake.mint())).status, 200)
})

function base64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
