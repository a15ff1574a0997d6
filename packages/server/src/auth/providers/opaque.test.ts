import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair, SignJWT } from 'jose'
import type { HttpHead } from '../../http/exchange.ts'
import { bearer } from '../bearer.ts'
import { github } from './github.ts'
import { google } from './google.ts'
import type { ProviderIssuer } from './provider.ts'

const resource = 'https://mcp.example.com/mcp'

/** What was asked of a provider, and what it answers. */
function api(answer: () => Response) {
  const asked: { url: string; init: RequestInit }[] = []
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    asked.push({ url: String(input), init })
    return answer()
  }
  return { asked, fetch }
}

async function enter(issuer: ProviderIssuer, token: string) {
  const head: HttpHead = {
    method: 'POST',
    url: '/mcp',
    header: (name) => (name === 'authorization' ? `Bearer ${token}` : undefined),
  }
  const failed = async () => assert.fail('nothing but the provider is to be asked')
  return bearer({ resource, issuers: issuer, fetch: failed }).authenticate(head)
}

const statusOf = async (found: ReturnType<typeof enter>) => {
  const reply = await found
  return 'status' in reply ? reply.status : 200
}

const app = { clientId: 'Iv1.app', clientSecret: 'app secret' }
const checked = {
  id: 1,
  token: '',
  app: { client_id: 'Iv1.app', name: 'App' },
  scopes: ['read:user', 'repo'],
  user: { id: 583231, login: 'octocat', email: 'not@told' },
  expires_at: null,
}

test('[AUTH-05] github: a token is good where GitHub says that the own app has it', async () => {
  const { asked, fetch } = api(() => Response.json(checked))
  const auth = await enter(github({ ...app, fetch }), 'gho_16C7e42F292c6912E7710c838347Ae178B4a')
  assert.deepEqual(auth, {
    subject: '583231',
    clientId: 'Iv1.app',
    scopes: ['read:user', 'repo'],
    claims: { login: 'octocat', iss: 'https://github.com/login/oauth' },
  })
  const [{ url, init } = assert.fail()] = asked
  assert.equal(url, 'https://api.github.com/applications/Iv1.app/token')
  const headers = new Headers(init.headers)
  assert.equal(headers.get('authorization'), `Basic ${btoa('Iv1.app:app secret')}`)
  assert.equal(init.body, '{"access_token":"gho_16C7e42F292c6912E7710c838347Ae178B4a"}')
  assert.equal(init.redirect, 'manual')
})

test('[AUTH-05] github: tokens of other apps, unknown ones and expired ones are refused', async () => {
  const answers: [() => Response, number][] = [
    [() => new Response('', { status: 404 }), 401],
    [() => new Response('', { status: 422 }), 401],
    [() => Response.json({ ...checked, app: { client_id: 'Iv1.other' } }), 401],
    [() => Response.json({ ...checked, user: null }), 401],
    [() => Response.json({ ...checked, expires_at: '2020-01-01T00:00:00Z' }), 401],
    [() => Response.json({ ...checked, expires_at: 'soon' }), 401],
    [() => new Response('', { status: 401 }), 503],
    [() => new Response('', { status: 302, headers: { location: '/elsewhere' } }), 503],
    [() => Response.json({ ...checked, padding: 'x'.repeat(600_000) }), 503],
    [() => new Response('nonsense'), 503],
    [() => Response.json([]), 503],
    [() => assert.fail('no network'), 503],
  ]
  for (const [answer, status] of answers) {
    const { fetch } = api(answer)
    assert.equal(await statusOf(enter(github({ ...app, fetch }), 'gho_x')), status)
  }
})

test('[AUTH-06] github: what is no token of GitHub is not sent to it', async () => {
  const { asked, fetch } = api(() => Response.json(checked))
  for (const token of ['ghp_personal', 'eyJhbGciOiJub25lIn0.e30.', 'secret-of-another-service']) {
    assert.equal(await statusOf(enter(github({ ...app, fetch }), token)), 401)
  }
  assert.deepEqual(asked, [])
})

test('github: a server of your own is asked at its own address', async () => {
  const { asked, fetch } = api(() => Response.json(checked))
  const issuer = github({ ...app, domain: 'github.example.com', fetch })
  assert.equal(issuer.issuer, 'https://github.example.com/login/oauth')
  await enter(issuer, 'ghu_x')
  assert.equal(asked[0]?.url, 'https://github.example.com/api/v3/applications/Iv1.app/token')
})

const client = '407408718192.apps.googleusercontent.com'
const soon = () => String(Math.floor(Date.now() / 1000) + 600)
const info = () => ({
  azp: client,
  aud: client,
  sub: '110169484474386276334',
  scope: 'https://www.googleapis.com/auth/userinfo.email openid',
  exp: soon(),
  expires_in: '600',
  email: 'ada@example.com',
  email_verified: 'true',
  access_type: 'online',
})

test('[AUTH-05] google: a token is good where Google says that an own client has it', async () => {
  const { asked, fetch } = api(() => Response.json(info()))
  const auth = await enter(google({ clientIds: client, fetch }), 'ya29.a0Af')
  assert.ok(!('status' in auth))
  assert.equal(auth.subject, '110169484474386276334')
  assert.equal(auth.clientId, client)
  assert.deepEqual(auth.scopes, ['https://www.googleapis.com/auth/userinfo.email', 'openid'])
  assert.deepEqual([auth.claims['email'], auth.claims['email_verified']], ['ada@example.com', true])
  const [{ url, init } = assert.fail()] = asked
  assert.equal(url, 'https://oauth2.googleapis.com/tokeninfo')
  assert.equal(init.method, 'POST')
  assert.equal(new Headers(init.headers).get('authorization'), 'Bearer ya29.a0Af')
})

test('[AUTH-05] google: tokens of other clients, without a user and expired ones are refused', async () => {
  const answers: [() => Response, number][] = [
    [() => Response.json({ ...info(), aud: 'other.apps.googleusercontent.com' }), 401],
    [() => Response.json({ ...info(), aud: undefined }), 401],
    [() => Response.json({ ...info(), sub: undefined }), 401],
    [() => Response.json({ ...info(), exp: '1' }), 401],
    [() => Response.json({ ...info(), exp: undefined }), 401],
    [() => Response.json({ error: 'invalid_token' }, { status: 400 }), 401],
    [() => new Response('', { status: 500 }), 503],
  ]
  for (const [answer, status] of answers) {
    const { fetch } = api(answer)
    assert.equal(await statusOf(enter(google({ clientIds: [client], fetch }), 'ya29.x')), status)
  }
})

test('google: an ID token opens nothing, and nobody is asked about it', async () => {
  const { asked, fetch } = api(() => Response.json(info()))
  const { privateKey } = await generateKeyPair('RS256')
  const idToken = await new SignJWT({ iss: 'https://accounts.google.com', aud: client, sub: '1' })
    .setProtectedHeader({ alg: 'RS256', kid: 'k' })
    .setExpirationTime('10m')
    .sign(privateKey)
  assert.equal(await statusOf(enter(google({ clientIds: client, fetch }), idToken)), 401)
  assert.deepEqual(asked, [])
})

test('apps and clients must be named', () => {
  assert.throws(() => google({ clientIds: [] }), { name: 'TypeError' })
  assert.throws(() => google({ clientIds: '' }), { name: 'TypeError' })
  assert.throws(() => github({ clientId: 'x', clientSecret: '' }), { name: 'TypeError' })
})
