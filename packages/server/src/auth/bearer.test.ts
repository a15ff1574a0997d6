import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bearer } from '@lutra/server/auth'
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
