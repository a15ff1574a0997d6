import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore } from '@lutra/core'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import type { AuthServerOptions } from './index.ts'
import {
  type Asking,
  authorizationUrl,
  authorize,
  callback,
  cli,
  discover,
  exchange,
  insecure,
  refresh,
} from './testing/client.test.ts'
import { createBrowser, openConsent, resource, start } from './testing/start.test.ts'

/** Runs a test against a server with one public client and one with a secret. */
async function serving(
  run: (server: oauth.AuthorizationServer, issuer: string) => Promise<void>,
  options: Partial<AuthServerOptions> = {},
  path = '',
): Promise<void> {
  const { issuer, close } = await start({ clients: [cli, web], ...options }, path)
  try {
    await run(await discover(issuer), issuer)
  } finally {
    await close()
  }
}

const web = {
  id: 'web',
  name: 'Web app',
  secret: 'a secret of the web app',
  redirectUris: ['https://app.example.com/callback'],
}
const atWeb = { clientId: 'web', redirectUri: 'https://app.example.com/callback' }

async function refusal(server: oauth.AuthorizationServer, asking: Asking) {
  const { back } = await authorize(server, asking)
  return Object.fromEntries(back?.searchParams ?? [])
}

const isError = (error: string) => (thrown: unknown) =>
  thrown instanceof oauth.ResponseBodyError && thrown.error === error

test('[AUTH-20] a person signs in, and the client gets a token for that one server', () =>
  serving(async (server, issuer) => {
    const code = await authorize(server)
    const tokens = await exchange(server, code)
    assert.equal(tokens.token_type, 'bearer')
    assert.equal(tokens.scope, 'notes:read')
    const keys = createRemoteJWKSet(new URL(server.jwks_uri ?? ''))
    const { payload } = await jwtVerify(tokens.access_token, keys, {
      issuer,
      audience: resource,
      typ: 'at+jwt',
    })
    assert.equal(payload.sub, 'test-user')
    assert.equal(payload['client_id'], 'cli')
    assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 600)
  }))

test('[AUTH-20] a client with a secret gets in with it and not without', () =>
  serving(async (server) => {
    const code = await authorize(server, atWeb)
    await assert.rejects(exchange(server, code, atWeb), isError('invalid_client'))
    const auth = oauth.ClientSecretPost(web.secret)
    assert.ok((await exchange(server, code, { ...atWeb, auth })).access_token)
  }))

for (const path of ['', '/tenant/one'])
  test(`[AUTH-19] metadata is at both places of an issuer with the path "${path}"`, () =>
    serving(
      async (server, issuer) => {
        const { origin } = new URL(issuer)
        const places = [
          `${origin}/.well-known/oauth-authorization-server${path}`,
          `${origin}/.well-known/openid-configuration${path}`,
          `${issuer}/.well-known/openid-configuration`,
        ]
        for (const place of places) {
          const metadata = (await (await fetch(place)).json()) as oauth.AuthorizationServer
          assert.equal(metadata.issuer, issuer)
          assert.equal(metadata.token_endpoint, `${issuer}/token`)
          assert.deepEqual(metadata.code_challenge_methods_supported, ['S256'])
          assert.equal(metadata.authorization_response_iss_parameter_supported, true)
          assert.equal(metadata['client_id_metadata_document_supported'], true)
          assert.deepEqual(metadata.scopes_supported, ['notes:read', 'notes:write'])
          assert.deepEqual(metadata.response_types_supported, ['code'])
          assert.equal(metadata.registration_endpoint, undefined)
          assert.equal(metadata.grant_types_supported?.includes('implicit'), false)
          assert.equal(metadata.grant_types_supported?.includes('password'), false)
        }
        assert.ok((await exchange(server, await authorize(server))).access_token)
      },
      {},
      path,
    ))

test('metadata says where the server is, whatever host was asked for', async () => {
  await serving(async (_, issuer) => {
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
    const place = `${issuer}/.well-known/oauth-authorization-server`
    const metadata = (await (await fetch(place, { headers })).json()) as oauth.AuthorizationServer
    assert.equal(metadata.token_endpoint, `${issuer}/token`)
  })
})

test('[EXT-05] metadata lists how clients can authenticate, and with which algorithms', () =>
  serving(async (server) => {
    const methods = server.token_endpoint_auth_methods_supported ?? []
    for (const method of ['none', 'client_secret_basic', 'private_key_jwt'])
      assert.ok(methods.includes(method))
    const algorithms = server['token_endpoint_auth_signing_alg_values_supported'] as string[]
    assert.ok(algorithms.includes('ES256'))
    assert.equal(algorithms.includes('none'), false)
  }))

test('[AUTH-40] iss comes with the code and with errors', () =>
  serving(async (server, issuer) => {
    assert.equal((await refusal(server, {}))['iss'], issuer)
    const denied = await refusal(server, { decision: 'deny' })
    assert.equal(denied['error'], 'access_denied')
    assert.equal(denied['iss'], issuer)
    assert.equal(denied['state'], 'some-state')
    const wrong = await refusal(server, { resource: 'https://other.example.com/mcp' })
    assert.equal(wrong['error'], 'invalid_target')
    assert.equal(wrong['iss'], issuer)
  }))

test('PKCE is required of everybody, with S256', () =>
  serving(async (server) => {
    for (const asking of [{}, atWeb]) {
      const none = { ...asking, extra: { code_challenge: '', code_challenge_method: '' } }
      assert.equal((await refusal(server, none))['error'], 'invalid_request')
      const plain = { ...asking, extra: { code_challenge_method: 'plain' } }
      assert.equal((await refusal(server, plain))['error'], 'invalid_request')
    }
    const { back } = await authorize(server)
    const wrong = exchange(server, { back, verifier: oauth.generateRandomCodeVerifier() })
    await assert.rejects(wrong, isError('invalid_grant'))
  }))

test('a resource is required unless there is one for clients that name none', async () => {
  await serving(async (server) => {
    assert.equal((await refusal(server, { resource: undefined }))['error'], 'invalid_target')
  })
  await serving(
    async (server) => {
      const tokens = await exchange(server, await authorize(server, { resource: undefined }))
      assert.equal(JSON.parse(atob(tokens.access_token.split('.')[1] ?? '')).aud, resource)
    },
    { defaultResource: resource },
  )
})

test('a token request cannot widen what was consented to, in resource or scope', () =>
  serving(
    async (server) => {
      const code = await authorize(server)
      const tokens = await exchange(server, code)
      const client = { client_id: 'cli' }
      for (const parameters of [
        { resource: 'https://two.example.com/mcp' },
        { scope: 'notes:read notes:write' },
      ]) {
        const response = await oauth.refreshTokenGrantRequest(
          server,
          client,
          oauth.None(),
          tokens.refresh_token ?? '',
          { ...insecure, additionalParameters: parameters },
        )
        const { error } = (await response.json()) as { error: string }
        assert.match(error, /invalid_target|invalid_scope/)
      }
    },
    { resources: [resource, 'https://two.example.com/mcp'] },
  ))

test('who asks for no scope gets the usual ones, and who asks for unknown ones is told', () =>
  serving(async (server) => {
    const tokens = await exchange(server, await authorize(server, { scope: undefined }))
    assert.equal(tokens.scope, 'notes:read notes:write')
    assert.equal((await refusal(server, { scope: 'admin' }))['error'], 'invalid_scope')
    const mixed = await exchange(server, await authorize(server, { scope: 'admin notes:read' }))
    assert.equal(mixed.scope, 'notes:read')
  }))

test('a client that speaks OpenID is told who signed in, and its token is for the server alone', () =>
  serving(async (server) => {
    const code = await authorize(server, { scope: 'openid offline_access notes:read' })
    const tokens = await exchange(server, code)
    assert.equal(oauth.getValidatedIdTokenClaims(tokens)?.sub, 'test-user')
    const { payload } = await jwtVerify(
      tokens.access_token,
      createRemoteJWKSet(new URL(server.jwks_uri ?? '')),
      { audience: resource },
    )
    assert.equal(payload['scope'], 'notes:read')
    const again = await refresh(server, tokens.refresh_token ?? '')
    assert.ok(again.access_token)
  }))

test('[AUTH-42] a redirect URI fits exactly or nobody is sent anywhere', () =>
  serving(async (server) => {
    const asked = [
      { clientId: 'cli', redirectUri: 'http://127.0.0.1:9999/callback/more' },
      { clientId: 'cli', redirectUri: 'http://127.0.0.1.evil.example/callback' },
      { clientId: 'cli', redirectUri: 'http://localhost:9999/callback' },
      { clientId: 'cli', redirectUri: 'https://app.example.com/callback' },
      { clientId: 'cli', redirectUri: 'javascript:alert(1)' },
      { clientId: 'web', redirectUri: 'https://app.example.com/callback?x=1' },
      { clientId: 'web', redirectUri: 'https://app.example.com:8443/callback' },
      { clientId: 'web', redirectUri: 'https://APP.example.com/callback' },
      { clientId: 'web', redirectUri: 'https://app.example.com/callback/../evil' },
      { clientId: 'web', redirectUri: 'https://evil.example/' },
    ]
    for (const asking of asked) {
      const { url } = await authorizationUrl(server, asking)
      const { status, location, page, html } = await openConsent(createBrowser(), url)
      assert.deepEqual([status, location, page], [400, '', ''], asking.redirectUri)
      assert.doesNotMatch(html, /javascript:|evil/)
    }
  }))

test('[AUTH-42] loopback clients are called back on any port', () =>
  serving(async (server) => {
    for (const redirectUri of ['http://127.0.0.1:1234/callback', 'http://127.0.0.1/callback']) {
      const tokens = await exchange(server, await authorize(server, { redirectUri }), {
        redirectUri,
      })
      assert.ok(tokens.access_token)
    }
  }))

test('a code is for the client and the redirect that it was made for', () =>
  serving(async (server) => {
    const code = await authorize(server)
    const other = { redirectUri: 'http://127.0.0.1:9998/callback' }
    await assert.rejects(exchange(server, code, other), isError('invalid_grant'))
    const auth = oauth.ClientSecretBasic(web.secret)
    const stolen = exchange(server, code, { clientId: 'web', redirectUri: callback, auth })
    await assert.rejects(stolen, isError('invalid_grant'))
  }))

test('a code that is used twice ends everything that it gave', () =>
  serving(async (server) => {
    const code = await authorize(server)
    const tokens = await exchange(server, code)
    await assert.rejects(exchange(server, code), isError('invalid_grant'))
    await assert.rejects(refresh(server, tokens.refresh_token ?? ''), isError('invalid_grant'))
  }))

test('[AUTH-47] refresh tokens rotate, and one that is used twice ends all of them', () =>
  serving(async (server) => {
    const first = await exchange(server, await authorize(server))
    const second = await refresh(server, first.refresh_token ?? '')
    assert.notEqual(second.refresh_token, first.refresh_token)
    const third = await refresh(server, second.refresh_token ?? '')
    await assert.rejects(refresh(server, first.refresh_token ?? ''), isError('invalid_grant'))
    await assert.rejects(refresh(server, third.refresh_token ?? ''), isError('invalid_grant'))
  }))

test('[AUTH-47] two instances on one store let one of two racing requests through', async () => {
  const store = createMemoryStore()
  const [one, two] = [
    await start({ clients: [cli], store }),
    await start({ clients: [cli], store }),
  ]
  try {
    const at = await discover(one.issuer)
    const code = await authorize(at)
    const other = { ...at, token_endpoint: `${two.issuer}/token` }
    const client = { client_id: 'cli' }
    const parameters = oauth.validateAuthResponse(
      at,
      client,
      code.back ?? new URL(one.issuer),
      'some-state',
    )
    const ask = async (server: oauth.AuthorizationServer) =>
      (
        await oauth.authorizationCodeGrantRequest(
          server,
          client,
          oauth.None(),
          parameters,
          callback,
          code.verifier,
          insecure,
        )
      ).status
    assert.deepEqual((await Promise.all([ask(at), ask(other)])).sort(), [200, 400])
    const tokens = await exchange(at, await authorize(at))
    const renew = async (server: oauth.AuthorizationServer) =>
      (
        await oauth.refreshTokenGrantRequest(
          server,
          client,
          oauth.None(),
          tokens.refresh_token ?? '',
          insecure,
        )
      ).status
    const all = await Promise.all([at, other, at, other].map(renew))
    assert.deepEqual(all.sort(), [200, 400, 400, 400])
  } finally {
    await Promise.all([one.close(), two.close()])
  }
})

test('neither implicit nor password grants are there', () =>
  serving(async (server) => {
    for (const type of ['token', 'id_token', 'code token']) {
      const { back } = await authorize(server, { extra: { response_type: type } })
      assert.match(back?.hash ?? '', /error=unsupported_response_type/)
      assert.doesNotMatch(back?.href ?? '', /access_token|id_token=/)
    }
    const body = new URLSearchParams({
      grant_type: 'password',
      client_id: 'cli',
      username: 'a',
      password: 'b',
    })
    const response = await fetch(server.token_endpoint ?? '', { method: 'POST', body })
    assert.equal(((await response.json()) as { error: string }).error, 'unsupported_grant_type')
  }))
