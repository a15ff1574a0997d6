import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportPKCS8, generateKeyPair, jwtVerify } from 'jose'
import { endpoint, issuer, printed, refuse, resource } from '../../test/token-endpoint.ts'
import { clientCredentialsGrant } from './client-credentials.ts'

const clientId = 'robot'
const clientSecret = 's3cret:ä+ /'
const withSecret = { clientId, clientSecret }
const basic = (headers: Headers) => atob(headers.get('authorization')?.slice(6) ?? '')

test('[EXT-03] [AUTH-33] A program asks with its secret, for the resource and the scopes', async () => {
  const { need, asked } = endpoint({ scope: 'read write' })
  const tokens = await clientCredentialsGrant(withSecret).obtain(need)
  assert.deepEqual(Object.fromEntries(asked[0]?.body ?? []), {
    grant_type: 'client_credentials',
    resource,
    scope: 'read write',
  })
  assert.equal(basic(asked[0]?.headers ?? new Headers()), 'robot:s3cret%3A%C3%A4%2B+%2F')
  assert.equal(tokens.accessToken, 'access-1')
  assert.equal(tokens.scope, 'read write')
  assert.equal(tokens.clientId, clientId)
  assert.equal(tokens.expiresAt, undefined)
})

test('[EXT-05] The metadata of the server decides how the secret is sent, unless the program does', async () => {
  const post = { token_endpoint_auth_methods_supported: ['client_secret_post'] }
  const { need, asked } = endpoint({ metadata: post })
  await clientCredentialsGrant(withSecret).obtain(need)
  assert.equal(asked[0]?.headers.get('authorization'), null)
  assert.equal(asked[0]?.body.get('client_secret'), clientSecret)
  await clientCredentialsGrant({ ...withSecret, method: 'basic' }).obtain(need)
  assert.ok(asked[1]?.headers.has('authorization'))
  assert.equal(asked[1]?.body.get('client_secret'), null)
})

test('[EXT-02] [EXT-05] Where the server takes no secrets, none is sent', async () => {
  const metadata = { token_endpoint_auth_methods_supported: ['private_key_jwt'] }
  const { need, asked } = endpoint({ metadata })
  await assert.rejects(clientCredentialsGrant(withSecret).obtain(need), {
    name: 'AuthError',
    message: /does not let clients authenticate by a client secret; it offers: private_key_jwt/,
  })
  assert.equal(asked.length, 0)
})

test('[EXT-03] [EXT-04] An assertion is by and about the client, for the issuer, short and fresh', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const key = { clientId, privateKey: await exportPKCS8(privateKey), keyId: 'k1' }
  const { need, asked } = endpoint({ times: 2 })
  await clientCredentialsGrant(key).obtain(need)
  const ids = new Set<unknown>()
  for (const { body } of asked) {
    assert.equal(
      body.get('client_assertion_type'),
      'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    )
    assert.equal(body.get('client_id'), null)
    const assertion = body.get('client_assertion') ?? ''
    const { payload, protectedHeader } = await jwtVerify(assertion, publicKey)
    assert.deepEqual([payload.iss, payload.sub, payload.aud], [clientId, clientId, issuer])
    assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 60)
    assert.equal(protectedHeader.kid, 'k1')
    ids.add(payload.jti)
  }
  assert.equal(ids.size, 2, 'an assertion was sent twice')
})

test('[EXT-05] A key of an algorithm that the server does not take is not used', async () => {
  const { privateKey } = await generateKeyPair('ES256')
  const metadata = { token_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256'] }
  const { need, asked } = endpoint({ metadata })
  await assert.rejects(clientCredentialsGrant({ clientId, privateKey }).obtain(need), {
    name: 'AuthError',
    message: /takes assertions signed by RS256, PS256; the key signs by ES256/,
  })
  assert.equal(asked.length, 0)
})

test('[AUTH-30] A secret goes to the authorization server it is for, and to no other', async () => {
  const evil = endpoint({
    metadata: { issuer: 'https://evil.example.com', token_endpoint: 'https://evil.example.com/t' },
  })
  const good = endpoint()
  const named = clientCredentialsGrant({ ...withSecret, issuer })
  await assert.rejects(named.obtain(evil.need), /credentials are for https:\/\/as\.example\.com/)
  const used = clientCredentialsGrant(withSecret)
  await used.obtain(good.need)
  await assert.rejects(used.obtain(evil.need), /credentials are for https:\/\/as\.example\.com/)
  assert.equal(evil.asked.length, 0)
})

test('[EXT-06] When a token ends is kept, a refresh token is not', async () => {
  const { need } = endpoint({
    answer: () => ({
      access_token: 'a',
      token_type: 'bearer',
      expires_in: 60,
      refresh_token: 'r',
      scope: 'read',
    }),
  })
  const tokens = await clientCredentialsGrant(withSecret).obtain(need)
  assert.ok((tokens.expiresAt ?? 0) > Date.now())
  assert.equal(tokens.refreshToken, undefined)
  assert.equal(tokens.scope, 'read')
})

test('[EXT-16] Refusals say what to do and show no secret, even one that the server repeats', async () => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const pem = await exportPKCS8(privateKey)
  const repeating = endpoint({
    answer: ({ body }) =>
      refuse('invalid_client', `bad ${body.get('client_assertion')} \u0007`, 401),
  })
  await assert.rejects(
    clientCredentialsGrant({ clientId, privateKey: pem }).obtain(repeating.need),
    (error: Error & { code?: string }) => {
      assert.equal(error.name, 'AuthError')
      assert.equal(error.code, 'authorization')
      assert.match(error.message, /refused the client credentials of robot: invalid_client/)
      assert.match(error.message, /check the client id/)
      const assertion = repeating.asked[0]?.body.get('client_assertion') ?? 'none'
      for (const part of assertion.split('.')) assert.ok(!printed(error).includes(part))
      return true
    },
  )
  const scope = endpoint({ answer: () => refuse('invalid_scope') })
  await assert.rejects(clientCredentialsGrant(withSecret).obtain(scope.need), { code: 'scope' })
})

test('[EXT-16] An answer that is none is refused without showing the token in it', async () => {
  const token = 'a-token-that-nobody-may-see'
  const answers = [
    { access_token: token, token_type: 'mac' },
    { access_token: token },
    { access_token: `${token}\r\nx: y`, token_type: 'Bearer' },
    { access_token: token, token_type: 'Bearer', expires_in: 'soon' },
    { access_token: token, token_type: 'Bearer', scope: [token] },
  ]
  for (const answer of answers) {
    const { need } = endpoint({ answer: () => answer })
    await assert.rejects(clientCredentialsGrant(withSecret).obtain(need), (error: Error) => {
      assert.equal(error.name, 'AuthError')
      assert.ok(!printed(error).includes(token), printed(error))
      return true
    })
  }
})

test('What is missing is said at once', () => {
  assert.throws(() => clientCredentialsGrant({ clientId: '', clientSecret }), TypeError)
  assert.throws(() => clientCredentialsGrant({ clientId, clientSecret: '' }), TypeError)
})
