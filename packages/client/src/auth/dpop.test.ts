import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { calculateJwkThumbprint, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import type { CredentialKey, CredentialStore, StoredKey } from './credentials.ts'
import { createDPoP } from './dpop.ts'
import { dpopKeyPair, importKeyPair } from './dpop-key.ts'

const url = new URL('https://mcp.example.com/mcp?x=1#y')
const arrival = (status: number, headers: Record<string, string>) => ({
  status,
  header: (name: string) => headers[name],
})

test('[EXT-17] A proof is for one request: method, address without query, token, a new jti each', async () => {
  const dpop = createDPoP(await pair())
  const first = await dpop.headers({ method: 'POST', url }, 'token-1')
  const second = await dpop.headers({ method: 'POST', url }, 'token-1')
  assert.equal(first.authorization, 'DPoP token-1')
  const { protectedHeader, payload } = await verified(first.dpop)
  assert.equal(protectedHeader.typ, 'dpop+jwt')
  assert.equal(protectedHeader.alg, 'ES256')
  assert.equal(payload['htm'], 'POST')
  assert.equal(payload['htu'], 'https://mcp.example.com/mcp')
  assert.equal(payload['ath'], createHash('sha256').update('token-1').digest('base64url'))
  assert.equal(payload['nonce'], undefined)
  assert.notEqual((await verified(second.dpop)).payload.jti, payload.jti)
})

test('[EXT-17] No proof shows the private key', async () => {
  const { dpop } = await createDPoP(await pair()).headers({ method: 'GET', url }, 't')
  assert.deepEqual(Object.keys(decodeProtectedHeader(dpop).jwk ?? {}).sort(), [
    'crv',
    'kty',
    'x',
    'y',
  ])
})

test('[EXT-17] The nonce that a server gave goes into the next proofs for its origin and no other', async () => {
  const dpop = createDPoP(await pair())
  const demand = {
    'www-authenticate': 'DPoP error="use_dpop_nonce", error_description="again"',
    'dpop-nonce': 'n-1',
  }
  assert.equal(dpop.nonceFrom(arrival(401, demand), url), true)
  assert.equal(await nonceAt(dpop, url), 'n-1')
  assert.equal(await nonceAt(dpop, new URL('https://other.example.com/mcp')), undefined)
  assert.equal(dpop.nonceFrom(arrival(200, { 'dpop-nonce': 'n-2' }), url), false)
  assert.equal(await nonceAt(dpop, url), 'n-2')
})

test('[EXT-17] A demand for a nonce that brings none, or a hostile one, is not followed', async () => {
  const dpop = createDPoP(await pair())
  const demand = { 'www-authenticate': 'DPoP error="use_dpop_nonce"' }
  assert.equal(dpop.nonceFrom(arrival(401, demand), url), false)
  for (const nonce of ['', 'a b', 'a"b', 'x'.repeat(2000)]) {
    assert.equal(dpop.nonceFrom(arrival(401, { ...demand, 'dpop-nonce': nonce }), url), false)
  }
  assert.equal(await nonceAt(dpop, url), undefined)
})

test('Nonces of a hundred origins are remembered, not of more', async () => {
  const dpop = createDPoP(await pair())
  const at = (n: number) => new URL(`https://h${n}.example.com/`)
  for (let n = 0; n <= 100; n += 1) dpop.nonceFrom(arrival(200, { 'dpop-nonce': `n${n}` }), at(n))
  assert.equal(await nonceAt(dpop, at(0)), undefined)
  assert.equal(await nonceAt(dpop, at(100)), 'n100')
})

test('A refused proof is made anew by the clock of the server, but not for another day', async () => {
  const dpop = createDPoP(await pair())
  const refused = (seconds: number) =>
    arrival(401, {
      'www-authenticate': 'DPoP error="invalid_dpop_proof"',
      date: new Date(Date.now() + seconds * 1000).toUTCString(),
    })
  assert.equal(dpop.nonceFrom(refused(86_400), url), false)
  assert.equal(dpop.nonceFrom(refused(300), url), true)
  const { dpop: proof } = await dpop.headers({ method: 'POST', url }, 't')
  const { payload } = await verified(proof)
  assert.ok(Math.abs((payload.iat ?? 0) - Date.now() / 1000 - 300) < 10)
  assert.equal(dpop.nonceFrom(refused(300), url), false, 'the same complaint again is no clock')
})

test('A token that no header can hold is refused without being shown', async () => {
  const dpop = createDPoP(await pair())
  await assert.rejects(
    dpop.headers({ method: 'POST', url }, 'secret\r\nx: y'),
    (error: Error) => error.name === 'AuthError' && !error.message.includes('secret'),
  )
})

test('The key of an issuer is made once and kept, also by those who ask at the same time', async () => {
  const { store, kept } = keyStore()
  const issuer = 'https://as.example.com'
  const pairs = await Promise.all([dpopKeyPair(store, issuer), dpopKeyPair(store, issuer)])
  const later = await dpopKeyPair(store, issuer)
  const other = await dpopKeyPair(store, 'https://other.example.com')
  const thumbprints = await Promise.all(
    [...pairs, later, other].map((one) => createDPoP(one).handle.calculateThumbprint()),
  )
  assert.equal(new Set(thumbprints.slice(0, 3)).size, 1)
  assert.notEqual(thumbprints[3], thumbprints[0])
  const jwk = { ...kept.get(issuer)?.jwk, d: undefined }
  assert.equal(await calculateJwkThumbprint(JSON.parse(JSON.stringify(jwk))), thumbprints[0])
  assert.equal(later.privateKey.extractable, false)
})

test('A stored key that is none is refused without being shown', async () => {
  for (const jwk of [
    {},
    { kty: 'oct', k: 'secret' },
    { kty: 'EC', crv: 'P-256', x: 'secret', y: 'secret', d: 'secret' },
  ]) {
    await assert.rejects(
      importKeyPair(jwk),
      (error: Error) => error.name === 'AuthError' && !/secret/.test(`${error}${error.cause}`),
    )
  }
})

async function pair(): Promise<CryptoKeyPair> {
  const { store } = keyStore()
  return dpopKeyPair(store, 'https://as.example.com')
}

async function verified(proof: string) {
  const { jwk } = decodeProtectedHeader(proof)
  assert.ok(jwk)
  return jwtVerify(proof, await importJWK(jwk, 'ES256'))
}

async function nonceAt(dpop: ReturnType<typeof createDPoP>, at: URL): Promise<unknown> {
  return (await verified((await dpop.headers({ method: 'POST', url: at }, 't')).dpop)).payload[
    'nonce'
  ]
}

/** The part of a store that keys are kept in. */
function keyStore() {
  const kept = new Map<string, StoredKey>()
  let last: Promise<unknown> = Promise.resolve()
  const address = (key: CredentialKey) => ('issuer' in key ? key.issuer : key.kind)
  const store = {
    get: async (key: CredentialKey) => kept.get(address(key)),
    set: async (key: CredentialKey, credential: StoredKey) => {
      kept.set(address(key), credential)
    },
    delete: async (key: CredentialKey) => kept.delete(address(key)),
    list: async () => [],
    exclusively: <T>(_key: CredentialKey, work: () => Promise<T>) => {
      const turn = last.then(work)
      last = turn.catch(() => {})
      return turn
    },
  } as unknown as CredentialStore
  return { store, kept }
}
