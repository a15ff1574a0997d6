import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createMemoryStore } from '@lutra/core'
import express from 'express'
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose'
import { quietly } from '../../../scripts/quietly.ts'
import { type AuthServer, createAuthServer, development } from './index.ts'
import {
  authorizationUrl,
  authorize,
  cli,
  discover,
  exchange,
  refresh,
} from './testing/client.test.ts'
import {
  createBrowser,
  follow,
  formToken,
  openConsent,
  resource,
  start,
} from './testing/start.test.ts'
import { basic, claimsOf, post } from './testing/token-request.test.ts'

const server = { id: 'mcp-server', secret: 'the secret of the server', introspects: resource }
const opaque = { [resource]: { tokens: 'opaque' } } as const

test('opaque tokens are introspected by the server that they are for, and end when they are revoked', async () => {
  const stranger = { id: 'stranger', secret: 'the secret of a stranger' }
  const { auth, issuer, close } = await start({
    clients: [cli, server, stranger],
    resources: opaque,
  })
  try {
    const at = await discover(issuer)
    const tokens = await exchange(at, await authorize(at))
    const introspect = (from: { id: string; secret: string }, token: string) =>
      post(at.introspection_endpoint ?? '', { token }, basic(from.id, from.secret))
    const { body } = await introspect(server, tokens.access_token)
    assert.deepEqual(
      [body['active'], body['sub'], body['aud'], body['scope']],
      [true, 'test-user', resource, 'notes:read'],
    )
    assert.deepEqual((await introspect(stranger, tokens.access_token)).body, { active: false })
    assert.deepEqual((await introspect(server, 'made up')).body, { active: false })
    const none = await post(at.introspection_endpoint ?? '', {
      token: tokens.access_token,
      client_id: 'cli',
    })
    assert.deepEqual(none.body, { active: false })
    assert.equal(await auth.revoke({ subject: 'test-user' }), 1)
    assert.deepEqual((await introspect(server, tokens.access_token)).body, { active: false })
    await assert.rejects(refresh(at, tokens.refresh_token ?? ''))
  } finally {
    await close()
  }
})

test('a client revokes its refresh token, and nobody else does', async () => {
  const other = { id: 'other', name: 'Other', redirectUris: ['http://127.0.0.1/other'] }
  const { issuer, close } = await start({ clients: [cli, other] })
  try {
    const at = await discover(issuer)
    const tokens = await exchange(at, await authorize(at))
    const token = tokens.refresh_token ?? ''
    await post(at.revocation_endpoint ?? '', { token, client_id: 'other' })
    const renewed = await refresh(at, token)
    await post(at.revocation_endpoint ?? '', {
      token: renewed.refresh_token ?? '',
      client_id: 'cli',
    })
    await assert.rejects(refresh(at, renewed.refresh_token ?? ''))
  } finally {
    await close()
  }
})

test('revoking a client ends what people gave it, and signs nobody out', async () => {
  const { auth, issuer, close } = await start({ clients: [cli] })
  try {
    const at = await discover(issuer)
    const first = await authorize(at)
    const tokens = await exchange(at, first)
    assert.equal(await auth.revoke({ clientId: 'cli' }), 1)
    await assert.rejects(refresh(at, tokens.refresh_token ?? ''))
    const again = await authorize(at, { browser: first.browser, decision: 'allow' })
    assert.match(again.html, /Signed in as Test User/)
  } finally {
    await close()
  }
})

test('clients register themselves where that is on, within bounds', async () => {
  const off = await start()
  assert.equal((await discover(off.issuer)).registration_endpoint, undefined)
  await off.close()
  const { issuer, close } = await start({ registration: true })
  try {
    const at = await discover(issuer)
    const register = async (metadata: object) => {
      const response = await fetch(at.registration_endpoint ?? '', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(metadata),
      })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    }
    const { status, body } = await register({
      client_name: 'Self-made',
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      scope: 'notes:read notes:write',
    })
    assert.equal(status, 201)
    assert.equal(body['client_secret'], undefined)
    const clientId = String(body['client_id'])
    assert.ok((await exchange(at, await authorize(at, { clientId }), { clientId })).refresh_token)
    for (const redirect_uris of [
      ['http://app.example.com/cb'],
      ['javascript:alert(1)'],
      Array(21).fill('https://app.example.com/'),
      [],
      undefined,
      'x',
    ]) {
      const refused = await register({ redirect_uris })
      assert.equal(refused.status, 400)
      assert.match(String(refused.body['error']), /invalid_redirect_uri|invalid_client_metadata/)
    }
    const flood = await Promise.all(
      Array.from({ length: 40 }, () => fetch(at.registration_endpoint ?? '', { method: 'POST' })),
    )
    assert.ok(flood.some(({ status }) => status === 429))
  } finally {
    await close()
  }
})

test('a client can push its request beforehand, with the same rules', async () => {
  const { issuer, close } = await start({ clients: [cli] })
  try {
    const at = await discover(issuer)
    const { url, verifier } = await authorizationUrl(at, { scope: undefined })
    const form = Object.fromEntries(url.searchParams)
    const push = (more: object) =>
      post(at.pushed_authorization_request_endpoint ?? '', { ...form, ...more })
    assert.equal(
      (await push({ resource: 'https://other.example.com/' })).body['error'],
      'invalid_target',
    )
    assert.equal((await push({ redirect_uri: 'https://evil.example/' })).status, 400)
    const { status, body } = await push({})
    assert.equal(status, 201)
    const pushed = new URL(at.authorization_endpoint ?? '')
    pushed.search = new URLSearchParams({
      client_id: 'cli',
      request_uri: String(body['request_uri']),
    }).toString()
    const browser = createBrowser()
    const { page, html } = await openConsent(browser, pushed)
    const answer = await browser.post(page, { token: formToken(html), decision: 'allow test-user' })
    const last = await follow(browser, issuer, answer)
    const back = new URL(last.headers.get('location') ?? '')
    assert.equal((await exchange(at, { back, verifier })).scope, 'notes:read notes:write')
  } finally {
    await close()
  }
})

test('a new key is published and then signs, while requests go on', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const { auth, issuer, close } = await start({ clients: [cli] })
  try {
    const at = await discover(issuer)
    const kid = (token: string) =>
      JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
    const before = await exchange(at, await authorize(at))
    await auth.rotateKeys()
    const between = await exchange(at, await authorize(at))
    assert.equal(kid(between.access_token), kid(before.access_token))
    const { keys } = (await (await fetch(at.jwks_uri ?? '')).json()) as {
      keys: Record<string, unknown>[]
    }
    assert.equal(keys.length, 2)
    for (const key of keys) assert.equal(key['d'], undefined)
    t.mock.timers.tick(91_000)
    const after = await exchange(at, await authorize(at))
    assert.notEqual(kid(after.access_token), kid(before.access_token))
    const set = createRemoteJWKSet(new URL(at.jwks_uri ?? ''))
    for (const { access_token: token } of [before, after])
      await jwtVerify(token, set, { issuer, audience: resource })
  } finally {
    await close()
  }
})

test('tokens are signed by keys that were given, and none are kept in the store', async () => {
  const store = createMemoryStore()
  const pair = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(pair.privateKey)), alg: 'ES256' }
  const keys = { signing: [jwk], cookies: ['a secret of at least 32 characters'] }
  const { auth, issuer, close } = await start({ clients: [cli], store, keys })
  try {
    const at = await discover(issuer)
    const tokens = await exchange(at, await authorize(at))
    const { protectedHeader } = await jwtVerify(tokens.access_token, pair.publicKey, { issuer })
    assert.equal(protectedHeader.alg, 'ES256')
    assert.equal(await store.get('auth-server/keys'), undefined)
    await assert.rejects(auth.rotateKeys(), /given/)
  } finally {
    await close()
  }
})

test('it runs within Express, and hands on what is not its own', async () => {
  let auth: AuthServer | undefined
  const app = express()
  app.use((request, response, next) => auth?.listener(request, response, next))
  app.get('/mine', (_, response) => void response.send('mine'))
  const http = createServer(app)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  auth = quietly(() =>
    createAuthServer({
      issuer,
      store: createMemoryStore(),
      resources: [resource],
      signIn: development(),
      clients: [cli],
    }),
  )
  try {
    assert.equal(await (await fetch(`${issuer}/mine`)).text(), 'mine')
    const at = await discover(issuer)
    const tokens = await exchange(at, await authorize(at, { scope: 'mcp' }))
    assert.equal(claimsOf(tokens.access_token)['scope'], 'mcp')
  } finally {
    await new Promise((resolve) => {
      http.close(resolve)
      http.closeAllConnections()
    })
  }
})

test('instances behind one address are one server, whichever is asked', async () => {
  const store = createMemoryStore()
  const { issuer, close } = await start({ clients: [cli], store })
  await close()
  const options = { issuer, store, resources: [resource], signIn: development(), clients: [cli] }
  const instances = [1, 2, 3].map(() => quietly(() => createAuthServer(options)))
  let count = 0
  const http = createServer((request, response) =>
    instances[count++ % 3]?.listener(request, response),
  )
  await new Promise<void>((resolve) =>
    http.listen(Number(new URL(issuer).port), '127.0.0.1', resolve),
  )
  try {
    const at = await discover(issuer)
    for (let round = 0; round < 4; round++) {
      const tokens = await exchange(at, await authorize(at, { scope: 'mcp' }))
      assert.ok((await refresh(at, tokens.refresh_token ?? '')).access_token)
    }
  } finally {
    await new Promise((resolve) => {
      http.close(resolve)
      http.closeAllConnections()
    })
  }
})

test('it listens by itself, warns of whoever clicks, says that it is well, and stops', async () => {
  const free = createServer()
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve))
  const { port } = free.address() as AddressInfo
  await new Promise((resolve) => free.close(resolve))
  const issuer = `http://127.0.0.1:${port}`
  const heard: Error[] = []
  const hear = (warning: Error) => void heard.push(warning)
  process.on('warning', hear)
  const auth = createAuthServer({
    issuer,
    store: createMemoryStore(),
    resources: [resource],
    signIn: development(),
  })
  await auth.listen(port)
  process.off('warning', hear)
  const [warning] = heard.filter(({ name }) => name === 'DevelopmentWarning')
  assert.match(warning?.message ?? '', /signs in whoever clicks .+: never serve it to others/)
  assert.deepEqual(await (await fetch(`${issuer}/health`)).json(), { status: 'ok' })
  assert.equal((await fetch(`${issuer}/nothing`)).status, 404)
  const large = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ x: 'x'.repeat(200_000) }),
  })
  assert.ok(large.status >= 400)
  await large.body?.cancel()
  await auth.close()
  await assert.rejects(fetch(`${issuer}/health`))
})

test('what cannot work is said at once, with what to do', () => {
  const options = {
    issuer: 'https://auth.example.com',
    store: createMemoryStore(),
    resources: [resource],
    signIn: async () => ({ id: 'x' }),
  }
  const wrong: [object, RegExp][] = [
    [{ issuer: 'auth.example.com' }, /issuer/],
    [{ issuer: 'https://auth.example.com/?x' }, /query/],
    [{ resources: [] }, /resources/],
    [{ resources: ['mcp'] }, /resources/],
    [{ resources: { [resource]: { scopes: [] } } }, /scope/],
    [{ scopes: ['two words'] }, /scopes/],
    [{ resources: { [resource]: { scopes: ['a'], defaultScopes: ['b'] } } }, /scope b/],
    [{ defaultResource: 'https://other.example.com/' }, /defaultResource/],
    [{ clients: [{ id: 'a', secret: 'short' }] }, /secret/],
    [{ clients: [{ id: 'a' }, { id: 'a' }] }, /same id/],
    [{ clients: [{ id: 'a', scopes: ['x'] }] }, /scope x/],
    [{ clients: [{ id: 'a', introspects: 'https://x.example/' }] }, /introspects/],
    [
      { clients: [{ id: 'a', redirectUris: ['http://app.example.com/'] }] },
      /a: redirect_uris must be https/,
    ],
    [{ keys: { signing: [], cookies: [] } }, /keys/],
  ]
  for (const [part, message] of wrong)
    assert.throws(() => createAuthServer({ ...options, ...part }), { name: 'TypeError', message })
})
