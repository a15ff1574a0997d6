import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportJWK, generateKeyPair } from 'jose'
import * as oauth from 'oauth4webapi'
import type { AuthServerOptions } from './index.ts'
import { authorize, cli, discover, exchange, insecure } from './testing/client.test.ts'
import { createIssuer } from './testing/issuer.test.ts'
import { resource, start } from './testing/start.test.ts'
import { basic, claimsOf, post } from './testing/token-request.test.ts'

const job = { id: 'job', secret: 'the secret of the job', scopes: ['notes:read'] }
const keys = await generateKeyPair('ES256')
const keyed = {
  id: 'keyed',
  jwks: { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'ES256' }] },
}
const platform = await createIssuer('https://platform.example.com')
const workload = {
  id: 'nightly',
  issuer: platform.issuer,
  jwks: platform.jwks,
  subject: 'system:serviceaccount:nightly',
  scopes: ['notes:read'],
}
const now = () => Math.floor(Date.now() / 1000)

async function serving(
  run: (server: oauth.AuthorizationServer) => Promise<void>,
  options: Partial<AuthServerOptions> = {},
): Promise<void> {
  const { issuer, close } = await start({
    clients: [job, keyed, cli],
    workloads: [workload],
    ...options,
  })
  try {
    await run(await discover(issuer))
  } finally {
    await close()
  }
}

const machine = { grant_type: 'client_credentials', resource }

test('[EXT-02] a program gets in by its secret, in the header or the body, with the scopes that it may have', () =>
  serving(async (server) => {
    const url = server.token_endpoint ?? ''
    const header = await post(url, machine, basic(job.id, job.secret))
    const inBody = await post(url, { ...machine, client_id: job.id, client_secret: job.secret })
    for (const { status, body } of [header, inBody]) {
      assert.equal(status, 200)
      assert.equal(body['scope'], 'notes:read')
      const claims = claimsOf(body['access_token'])
      assert.deepEqual([claims['sub'], claims['aud']], ['job', resource])
    }
    const more = { ...machine, scope: 'notes:read notes:write' }
    assert.equal((await post(url, more, basic(job.id, job.secret))).body['scope'], 'notes:read')
    const wrong = await post(url, machine, basic(job.id, 'the wrong secret'))
    assert.deepEqual([wrong.status, wrong.body['error']], [401, 'invalid_client'])
    const nowhere = await post(url, { grant_type: 'client_credentials' }, basic(job.id, job.secret))
    assert.equal(nowhere.body['error'], 'invalid_target')
  }))

test('[EXT-04] a program gets in by a key, with each proof once, and only when the proof is for this server', () =>
  serving(async (server) => {
    const client = { client_id: 'keyed' }
    const ask = async (auth: oauth.ClientAuth) => {
      const parameters = { resource, scope: 'notes:write' }
      const response = await oauth.clientCredentialsGrantRequest(
        server,
        client,
        auth,
        parameters,
        insecure,
      )
      return (await response.json()) as Record<string, unknown>
    }
    const auth = oauth.PrivateKeyJwt({ key: keys.privateKey, kid: 'k' })
    assert.equal((await ask(auth))['scope'], 'notes:write')
    const elsewhere = oauth.PrivateKeyJwt(
      { key: keys.privateKey, kid: 'k' },
      {
        [oauth.modifyAssertion]: (_, payload) => {
          payload['aud'] = 'https://auth.other.example'
        },
      },
    )
    assert.equal((await ask(elsewhere))['error'], 'invalid_client')
    const same = oauth.PrivateKeyJwt(
      { key: keys.privateKey, kid: 'k' },
      {
        [oauth.modifyAssertion]: (_, payload) => {
          payload['jti'] = 'always the same'
        },
      },
    )
    assert.ok((await ask(same))['access_token'])
    assert.equal((await ask(same))['error'], 'invalid_client')
  }))

test('a program cannot sign people in, nor a client of people get in by itself', () =>
  serving(async (server) => {
    const url = server.token_endpoint ?? ''
    const { body } = await post(url, { ...machine, client_id: 'cli' })
    assert.equal(body['error'], 'invalid_request')
    const { back } = await authorize(server, {
      clientId: 'job',
      redirectUri: 'https://job.example.com/',
    })
    assert.equal(back, undefined)
  }))

const asWorkload = (server: oauth.AuthorizationServer, assertion: string, form = {}) =>
  post(server.token_endpoint ?? '', {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    client_id: 'nightly',
    resource,
    assertion,
    ...form,
  })

test('[EXT-17] a workload gets in by the JWT of its platform, again and again until that expires', () =>
  serving(async (server) => {
    const claims = { sub: workload.subject, aud: server.issuer, iat: now(), exp: now() + 600 }
    const assertion = await platform.sign(claims)
    for (const _ of [1, 2]) {
      const { status, body } = await asWorkload(server, assertion)
      assert.equal(status, 200)
      assert.equal(body['scope'], 'notes:read')
      assert.equal(claimsOf(body['access_token'])['sub'], 'nightly')
    }
    const wider = await asWorkload(server, assertion, { scope: 'notes:write' })
    assert.equal(wider.body['error'], 'invalid_scope')
  }))

test('[EXT-17] a JWT of another workload, platform, server, kind or time is refused', () =>
  serving(async (server) => {
    const good = { sub: workload.subject, aud: server.issuer, iat: now(), exp: now() + 600 }
    const evil = await createIssuer('https://evil.example')
    const impostor = await createIssuer(platform.issuer)
    const assertions = [
      await platform.sign({ ...good, sub: 'system:serviceaccount:other' }),
      await platform.sign({ ...good, aud: 'https://auth.other.example' }),
      await platform.sign({ ...good, iat: now() - 900, exp: now() - 300 }),
      await platform.sign({ sub: good.sub, aud: good.aud }),
      await platform.sign(good, { typ: 'at+jwt' }),
      await platform.sign(good, { typ: 'oauth-id-jag+jwt' }),
      await evil.sign(good),
      await impostor.sign(good),
    ]
    for (const assertion of assertions) {
      const { status, body } = await asWorkload(server, assertion)
      assert.deepEqual([status, body['error']], [400, 'invalid_grant'])
    }
    const asCli = await asWorkload(server, await platform.sign(good), { client_id: 'cli' })
    assert.equal(asCli.body['error'], 'invalid_request')
  }))

test('tokens are bound to the key of who proves to have one, with a nonce where that is required', () =>
  serving(
    async (server) => {
      const key = await oauth.generateKeyPair('ES256')
      const dpop = oauth.DPoP({}, key)
      const code = await authorize(server)
      await assert.rejects(exchange(server, code, { dpop }), oauth.isDPoPNonceError)
      const tokens = await exchange(server, code, { dpop })
      assert.equal(tokens.token_type, 'dpop')
      const { cnf } = claimsOf(tokens.access_token) as { cnf: { jkt: string } }
      assert.equal(cnf.jkt, await dpop.calculateThumbprint())
      const stolen = await post(server.token_endpoint ?? '', {
        grant_type: 'refresh_token',
        client_id: 'cli',
        refresh_token: tokens.refresh_token ?? '',
      })
      assert.equal(stolen.body['error'], 'invalid_grant')
    },
    { dpop: { requireNonce: true } },
  ))

test('a workload binds its tokens too', () =>
  serving(async (server) => {
    const handle = oauth.DPoP({}, await oauth.generateKeyPair('ES256'))
    const assertion = await platform.sign({
      sub: workload.subject,
      aud: server.issuer,
      exp: now() + 600,
    })
    const response = await oauth.genericTokenEndpointRequest(
      server,
      { client_id: 'nightly' },
      oauth.None(),
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
      { assertion, resource },
      { ...insecure, DPoP: handle },
    )
    const body = (await response.json()) as Record<string, unknown>
    assert.equal(body['token_type'], 'DPoP')
    assert.ok(claimsOf(body['access_token'])['cnf'])
  }))
