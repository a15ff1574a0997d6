import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore } from '@lutra/core'
import { type Bearer, type BearerOptions, bearer } from '@lutra/server/auth'
import { calculateJwkThumbprint, exportJWK, type JWK, SignJWT } from 'jose'
import {
  createSigning,
  type FakeIssuer,
  headOf,
  isAuth,
  refusal,
  resource,
  type Signing,
  startIssuer,
} from './fixture.test.ts'

interface Proving {
  readonly token: string
  readonly signing?: Signing
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly jwk?: JWK
}

async function thumbprint(token: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
  return Buffer.from(bytes).toString('base64url')
}

/** An issuer, a key of a client, and tokens and proofs of both. */
async function prepare(fake: FakeIssuer) {
  const key = await createSigning('client')
  const { kid: _, alg: __, ...jwk } = key.publicJwk
  const jkt = await calculateJwkThumbprint(jwk)
  const token = await fake.mint({ claims: { cnf: { jkt } } })
  let made = 0

  async function prove(proving: Partial<Proving> = {}): Promise<string> {
    const { signing = key, header, claims } = proving
    made += 1
    const all = {
      ...{ jti: `jti-${made}`, htm: 'POST', htu: resource, iat: Math.floor(Date.now() / 1000) },
      ...{ ath: await thumbprint(proving.token ?? token), ...claims },
    }
    const kept = Object.entries(all).filter(([, value]) => value !== undefined)
    const head = { typ: 'dpop+jwt', alg: signing.alg, jwk: proving.jwk ?? jwk, ...header }
    return new SignJWT(Object.fromEntries(kept)).setProtectedHeader(head).sign(signing.privateKey)
  }
  const headers = (dpop: string, bound = token) => ({ authorization: `DPoP ${bound}`, dpop })
  const send = async (auth: Bearer, dpop: string, bound = token) =>
    refusal(await auth.authenticate(headOf(headers(dpop, bound))))
  return { key, jwk, token, prove, headers, send }
}

const protect = (fake: FakeIssuer, more: Partial<BearerOptions> = {}) =>
  bearer({ resource, issuers: fake.issuer, ...more })

test('a bound token with a proof of its key gets in, each time with a new one', async (t) => {
  const fake = await startIssuer(t)
  const { prove, send } = await prepare(fake)
  const auth = protect(fake)
  assert.deepEqual(await send(auth, await prove()), { status: 200, challenge: 'ann' })
  assert.deepEqual(await send(auth, await prove()), { status: 200, challenge: 'ann' })
})

test('[AUTH-04] a proof that is wrong in any way is refused with invalid_dpop_proof', async (t) => {
  const fake = await startIssuer(t)
  const { prove, send, key, jwk, token } = await prepare(fake)
  const auth = protect(fake)
  const now = Math.floor(Date.now() / 1000)
  const other = await createSigning('other')
  const rsa = await createSigning('rsa', 'RS512')
  const privateJwk = await exportJWK(key.privateKey)
  const secret = new TextEncoder().encode('s'.repeat(32))
  const cases: [string, string | Promise<string>][] = [
    ['another method', prove({ claims: { htm: 'GET' } })],
    ['method in lower case', prove({ claims: { htm: 'post' } })],
    ['another host', prove({ claims: { htu: 'https://evil.example.com/mcp' } })],
    ['another path', prove({ claims: { htu: 'https://mcp.example.com/other' } })],
    ['plain http', prove({ claims: { htu: 'http://mcp.example.com/mcp' } })],
    [
      'a host that only begins alike',
      prove({ claims: { htu: 'https://mcp.example.com.evil.example/mcp' } }),
    ],
    ['a user in the URL', prove({ claims: { htu: 'https://mcp.example.com@evil.example/mcp' } })],
    ['no URL', prove({ claims: { htu: '/mcp' } })],
    ['too old', prove({ claims: { iat: now - 90 } })],
    ['from the future', prove({ claims: { iat: now + 90 } })],
    ['a time that is text', prove({ claims: { iat: `${now}` } })],
    ['without a time', prove({ claims: { iat: undefined } })],
    ['without an id', prove({ claims: { jti: undefined } })],
    ['an empty id', prove({ claims: { jti: '' } })],
    ['a huge id', prove({ claims: { jti: 'j'.repeat(257) } })],
    ['without ath', prove({ claims: { ath: undefined } })],
    ['the hash of another token', prove({ token: `${token}x` })],
    ['the token itself', prove({ claims: { ath: token } })],
    ['a type of its own', prove({ header: { typ: 'JWT' } })],
    ['no type', prove({ header: { typ: undefined } })],
    ['a key of its own', prove({ signing: other, jwk: other.publicJwk })],
    ['the key of the token, signed by another', prove({ signing: other })],
    ['an algorithm that is not taken', prove({ signing: rsa, jwk: rsa.publicJwk })],
    ['the private key', prove({ jwk: privateJwk })],
    ['no key', prove({ header: { jwk: undefined } })],
    ['a kid in place of a key', prove({ header: { jwk: undefined, kid: 'client' } })],
    ['a key that is none', prove({ header: { jwk: { kty: 'EC', crv: 'P-256', x: 'a', y: 'b' } } })],
    ['a key of a kind that nobody knows', prove({ header: { jwk: { kty: 'XY' } } })],
    [
      'a shared secret',
      new SignJWT({}).setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk }).sign(secret),
    ],
    ['unsigned', `${(await prove({})).split('.').slice(0, 2).join('.')}.`],
    ['two', `${await prove()}, ${await prove()}`],
    ['a huge one', prove({ claims: { more: 'x'.repeat(9000) } })],
    ['nonsense', 'nonsense'],
    ['empty', ''],
  ]
  for (const [name, proof] of cases) {
    const { status, challenge } = await send(auth, await proof)
    assert.equal(status, 401, name)
    assert.match(challenge, /^DPoP error="invalid_dpop_proof", error_description="[^"]+"/, name)
    assert.match(challenge, /algs="ES256 [^"]+"/, name)
  }
  assert.match((await send(auth, await prove({ jwk: privateJwk }))).challenge, /public key/)
  assert.equal((await send(auth, await prove())).status, 200)
})

test('a proof is used once, wherever it comes in, and its id is its key’s alone', async (t) => {
  const fake = await startIssuer(t)
  const { prove, send } = await prepare(fake)
  const store = createMemoryStore()
  const memory = protect(fake)
  for (const [one, two] of [
    [memory, memory],
    [protect(fake, { dpop: { store } }), protect(fake, { dpop: { store } })],
  ] as const) {
    const proof = await prove()
    assert.equal((await send(one, proof)).status, 200)
    assert.match((await send(two, proof)).challenge, /used before/)
    assert.match((await send(one, proof)).challenge, /used before/)
    const again = await prove({ claims: { jti: 'same' } })
    assert.equal((await send(one, again)).status, 200)
    assert.equal((await send(two, await prove({ claims: { jti: 'same' } }))).status, 401)
  }
  const other = await prepare(fake)
  assert.equal(
    (await other.send(memory, await other.prove({ claims: { jti: 'same' } }))).status,
    200,
  )
})

test('the same proof sent twice at once gets in once', async (t) => {
  const fake = await startIssuer(t)
  const { prove, send } = await prepare(fake)
  for (const dpop of [{}, { store: createMemoryStore() }]) {
    const auth = protect(fake, { dpop })
    const proof = await prove()
    const all = await Promise.all(Array.from({ length: 20 }, () => send(auth, proof)))
    assert.equal(all.filter(({ status }) => status === 200).length, 1)
  }
})

test('a proof is remembered for as long as it could be used', async (t) => {
  const fake = await startIssuer(t)
  const { prove, send } = await prepare(fake)
  let now = Date.now()
  const auth = protect(fake, { now: () => now })
  const proof = await prove({ claims: { iat: Math.floor(now / 1000) + 59 } })
  assert.equal((await send(auth, proof)).status, 200)
  now += 118_000
  assert.match((await send(auth, proof)).challenge, /used before/)
  now += 2_000
  assert.match((await send(auth, proof)).challenge, /too old/)
})

test('the address of a proof is the one of the configuration, and query and case do not matter', async (t) => {
  const fake = await startIssuer(t)
  const { prove, headers } = await prepare(fake)
  const auth = protect(fake)
  const good: [string, string, string][] = [
    ['POST', '/mcp', 'HTTPS://MCP.Example.com:443/mcp'],
    ['POST', '/mcp?x=1', `${resource}?y=2#z`],
    ['POST', '/mcp/', `${resource}/`],
    ['GET', '/sse', 'https://mcp.example.com/sse'],
    ['DELETE', '/mcp', resource],
    // A proxy in front may cut a part off the path.
    ['POST', '/', resource],
  ]
  for (const [method, url, htu] of good) {
    const proof = await prove({ claims: { htm: method, htu } })
    const sent = { ...headers(proof), host: 'evil.example.com', 'x-forwarded-host': 'evil.example' }
    const found = await auth.authenticate(headOf(sent, { method, url }))
    assert.ok(isAuth(found), `${method} ${url} ${htu} ${JSON.stringify(found)}`)
  }
  const spoofed = await prove({ claims: { htu: 'https://evil.example.com/mcp' } })
  const sent = { ...headers(spoofed), host: 'evil.example.com' }
  assert.equal(refusal(await auth.authenticate(headOf(sent))).status, 401)
  const double = await prove({ claims: { htu: 'https://evil.example.com/mcp' } })
  const odd = headOf(headers(double), { url: '//evil.example.com/mcp' })
  assert.equal(refusal(await auth.authenticate(odd)).status, 401)
})

test('a bound token is refused as a bearer token, also when it was proven before', async (t) => {
  const fake = await startIssuer(t)
  const { prove, send, token } = await prepare(fake)
  const auth = protect(fake)
  assert.equal((await send(auth, await prove())).status, 200)
  for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
    const bare = refusal(await auth.authenticate(headOf({ authorization: `${scheme} ${token}` })))
    assert.equal(bare.status, 401)
    assert.match(bare.challenge, /bound to a key/)
  }
  const proof = await prove()
  const both = headOf({ authorization: `Bearer ${token}`, dpop: proof })
  assert.equal(refusal(await auth.authenticate(both)).status, 401)
  assert.match((await send(auth, '')).challenge, /invalid_dpop_proof/)
  const without = refusal(await auth.authenticate(headOf({ authorization: `DPoP ${token}` })))
  assert.match(without.challenge, /needs a proof/)
})

test('a token without a binding is refused with the scheme DPoP, and everywhere when it is required', async (t) => {
  const fake = await startIssuer(t)
  const { prove, send, token } = await prepare(fake)
  const loose = await fake.mint()
  const proof = await prove({ token: loose })
  assert.match((await send(protect(fake), proof, loose)).challenge, /DPoP error="invalid_token"/)
  const strict = protect(fake, { dpop: 'required' })
  const bare = refusal(await strict.authenticate(headOf({ authorization: `Bearer ${loose}` })))
  assert.equal(bare.status, 401)
  assert.match(bare.challenge, /not bound to a key/)
  assert.match(refusal(await strict.authenticate(headOf())).challenge, /^DPoP algs="ES256/)
  assert.equal(strict.metadata?.['dpop_bound_access_tokens_required'], true)
  assert.ok(strict.metadata?.['dpop_signing_alg_values_supported'])
  assert.equal((await send(strict, await prove(), token)).status, 200)
})

test('a nonce is given, asked for, known to all instances with the same keys, and ends', async (t) => {
  const fake = await startIssuer(t)
  const { prove, headers } = await prepare(fake)
  let now = Date.now()
  const make = () =>
    protect(fake, { now: () => now, dpop: { nonce: { keys: ['k'.repeat(32)], seconds: 30 } } })
  const [one, two] = [make(), make()]
  const ask = async (auth: Bearer, nonce?: string) => {
    const claims = { iat: Math.floor(now / 1000), ...(nonce !== undefined && { nonce }) }
    const found = await auth.authenticate(headOf(headers(await prove({ claims }))))
    return isAuth(found) ? undefined : found
  }
  const asked = await ask(one)
  assert.equal(asked?.status, 401)
  assert.match(asked.headers['www-authenticate'] ?? '', /^DPoP error="use_dpop_nonce"/)
  const nonce = asked.headers['dpop-nonce']
  assert.ok(nonce && /^[\w-]+$/.test(nonce))
  assert.equal(await ask(one, nonce), undefined)
  assert.equal(await ask(two, nonce), undefined)
  const changed = nonce.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  for (const bad of ['', 'made-up', changed, 'x'.repeat(5000)]) {
    assert.ok(await ask(one, bad), bad.slice(0, 20))
  }
  const strange = protect(fake, { now: () => now, dpop: { nonce: true } })
  assert.ok(await ask(strange, nonce))
  now += 31_000
  const late = await ask(one, nonce)
  assert.match(late?.headers['www-authenticate'] ?? '', /use_dpop_nonce/)
  assert.notEqual(late?.headers['dpop-nonce'], nonce)
})

test('a memory full of proofs refuses rather than forgets', async () => {
  const { createReplayGuard } = await import('./dpop-replay.ts')
  let now = 0
  const guard = createReplayGuard({ store: undefined, windowMs: 10, now: () => now, max: 3 })
  for (const name of ['a', 'b', 'c']) assert.equal(await guard.isFirst(name), true)
  await assert.rejects(guard.isFirst('d'), { name: 'Unavailable' })
  assert.equal(await guard.isFirst('a'), false)
  now += 10
  assert.equal(await guard.isFirst('a'), false, 'still in the older half')
  assert.equal(await guard.isFirst('d'), true)
  now += 25
  assert.equal(await guard.isFirst('a'), true)
})
