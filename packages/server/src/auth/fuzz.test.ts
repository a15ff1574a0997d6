import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bearer } from '@lutra/server/auth'
import fc from 'fast-check'
import { createSigning, headOf, isAuth, resource } from './fixture.test.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64url')
const json = fc.json({ maxDepth: 3 }).map(base64)
const part = fc.oneof(json, fc.string().map(base64), fc.base64String(), fc.string())

/** Almost a JWT, with names that are looked at. */
const header = fc
  .record(
    {
      alg: fc.oneof(fc.constantFrom('ES256', 'RS256', 'none', 'HS256', 'EdDSA'), fc.anything()),
      kid: fc.oneof(fc.constant('k'), fc.anything()),
      typ: fc.oneof(fc.constantFrom('at+jwt', 'JWT', 'dpop+jwt'), fc.anything()),
      crit: fc.oneof(fc.constant(['exp']), fc.anything()),
      jwk: fc.anything(),
      b64: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map(encode)
const claims = fc
  .record(
    {
      iss: fc.oneof(fc.constant('https://auth.example.com'), fc.anything()),
      aud: fc.oneof(fc.constant(resource), fc.anything()),
      exp: fc.oneof(fc.constant(9e9), fc.anything()),
      sub: fc.anything(),
      cnf: fc.anything(),
    },
    { requiredKeys: [] },
  )
  .map(encode)
const token = fc.oneof(
  fc.tuple(header, claims, part).map((parts) => parts.join('.')),
  fc.array(part, { maxLength: 6 }).map((parts) => parts.join('.')),
  fc.string({ unit: 'binary' }),
)
const scheme = fc.constantFrom('Bearer ', 'DPoP ', 'bearer', 'Basic ', '', 'Bearer  ')

function encode(value: unknown): string {
  const text = JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}` : inner))
  return base64(text)
}

const fail = (error: unknown) => assert.fail(String(error))

test('whatever stands in the headers, the answer is a refusal of this server’s own words', async () => {
  const { publicJwk } = await createSigning('k')
  const auth = bearer({
    resource,
    issuers: 'https://auth.example.com',
    jwks: { keys: [publicJwk] },
    apiKeys: [{ key: 'k'.repeat(40), subject: 'ci' }],
    onError: fail,
  })
  await fc.assert(
    fc.asyncProperty(scheme, token, token, async (before, value, dpop) => {
      const found = await auth.authenticate(headOf({ authorization: before + value, dpop }))
      assert.ok(!isAuth(found))
      assert.ok([400, 401].includes(found.status), `${found.status}`)
      assert.match(found.headers['www-authenticate'] ?? '', /^(Bearer|DPoP)( [a-z_]+="[ -~]+",?)*/)
    }),
    { numRuns: 1000 },
  )
})

test('whatever stands in the proof of a good token, the answer is a refusal', async () => {
  const verify = () => ({ subject: 'ann', claims: { cnf: { jkt: 'thumb' } } })
  const auth = bearer({ resource, verify, onError: fail })
  await fc.assert(
    fc.asyncProperty(token, async (dpop) => {
      const found = await auth.authenticate(headOf({ authorization: 'DPoP t', dpop }))
      assert.ok(!isAuth(found))
      assert.equal(found.status, 401)
      assert.match(found.headers['www-authenticate'] ?? '', /^DPoP error="invalid_dpop_proof"/)
    }),
    { numRuns: 1000 },
  )
})
