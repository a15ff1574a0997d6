import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SignJWT } from 'jose'
import { endpoint, issuer, printed, refuse, resource } from '../../test/token-endpoint.ts'
import type { WorkloadNeed } from './workload.ts'
import { workloadGrant } from './workload.ts'

const jwt = (audience: string | string[] | undefined, seconds = 300) => {
  const unsigned = new SignJWT({ sub: 'job-1' }).setProtectedHeader({ alg: 'HS256' })
  if (audience !== undefined) unsigned.setAudience(audience)
  unsigned.setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
  return unsigned.sign(new TextEncoder().encode('only the platform knows this one'))
}

test("[EXT-17] A workload gets in by its platform's token", async () => {
  const token = await jwt(issuer)
  const { need, asked } = endpoint({ scope: 'read' })
  const tokens = await workloadGrant({ token: `${token}\n`, clientId: 'job' }).obtain(need)
  assert.deepEqual(Object.fromEntries(asked[0]?.body ?? []), {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: token,
    client_id: 'job',
    resource,
    scope: 'read',
  })
  assert.equal(asked[0]?.headers.get('authorization'), null)
  assert.equal(tokens.accessToken, 'access-1')
})

test('[EXT-17] A function fetches a token for the audience that is needed, anew for each request', async () => {
  const needs: WorkloadNeed[] = []
  const grant = workloadGrant({
    token: (about) => {
      needs.push(about)
      return jwt(about.audience)
    },
  })
  const { need, asked } = endpoint()
  await grant.obtain(need)
  await grant.obtain(need)
  const told = [issuer, resource]
  assert.deepEqual(
    needs.map((one) => [one.audience, one.resource]),
    [told, told],
  )
  assert.equal(asked[0]?.body.get('client_id'), null)
})

test('[EXT-17] A token that is for somebody else, over, or none, never leaves', async () => {
  const { need, asked } = endpoint()
  const cases: readonly [string, RegExp][] = [
    [await jwt('https://kubernetes.default.svc'), /is not for https:\/\/as\.example\.com/],
    [await jwt(undefined), /is not for/],
    [await jwt([`${issuer}.evil.example.com`]), /is not for/],
    [await jwt(issuer, -60), /has expired: give a function/],
    ['not-a-jwt', /no JWT/],
    ['', /no JWT/],
  ]
  for (const [token, message] of cases) {
    await assert.rejects(workloadGrant({ token }).obtain(need), (error: Error) => {
      assert.equal(error.name, 'AuthError')
      assert.match(error.message, message)
      assert.ok(token === '' || !printed(error).includes(token))
      return true
    })
  }
  assert.equal(asked.length, 0)
})

test('[EXT-17] The audience may be one of several, the token endpoint, or the issuer with a slash more', async () => {
  for (const audience of [`${issuer}/`, `${issuer}/token`, ['https://other.example.com', issuer]]) {
    const { need, asked } = endpoint()
    await workloadGrant({ token: await jwt(audience) }).obtain(need)
    assert.equal(asked.length, 1)
  }
})

test('[EXT-17] A refusal is told, not tried again, and no other grant is tried', async () => {
  for (const [error, code] of [
    ['invalid_grant', 'authorization'],
    ['unauthorized_client', 'authorization'],
    ['invalid_scope', 'scope'],
  ] as const) {
    const { need, asked } = endpoint({ answer: () => refuse(error, 'not you') })
    const grant = workloadGrant({ token: await jwt(issuer) })
    await assert.rejects(grant.obtain(need), {
      name: 'AuthError',
      code,
      message: new RegExp(`refused the token of the workload: ${error} \\(not you\\)`),
    })
    assert.equal(asked.length, 1)
  }
})
