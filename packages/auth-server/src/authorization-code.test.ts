import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { authorize, cli, discover, exchange, refresh } from './testing/client.ts'
import { resource, start } from './testing/start.ts'

test('[AUTH-20] a person signs in, and the client gets a token for that one server', async () => {
  const { issuer, close } = await start({ clients: [cli] })
  try {
    const server = await discover(issuer)
    const code = await authorize(server)
    assert.equal(code.back?.searchParams.get('iss'), issuer)
    const tokens = await exchange(server, code)
    assert.equal(tokens.token_type, 'bearer')
    assert.equal(tokens.scope, 'notes:read')
    assert.ok(tokens.refresh_token)
    const keys = createRemoteJWKSet(new URL(server.jwks_uri ?? ''))
    const { payload } = await jwtVerify(tokens.access_token, keys, {
      issuer,
      audience: resource,
      typ: 'at+jwt',
    })
    assert.equal(payload.sub, 'test-user')
    assert.equal(payload['client_id'], 'cli')
    assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 600)
    const again = await refresh(server, tokens.refresh_token)
    assert.notEqual(again.refresh_token, tokens.refresh_token)
  } finally {
    await close()
  }
})
