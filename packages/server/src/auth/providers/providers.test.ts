import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Auth } from '@lutra/core'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import type { HttpHead } from '../../http/exchange.ts'
import { bearer } from '../bearer.ts'
import { metadataUrls } from '../discover-keys.ts'
import type { IssuerOptions } from '../options.ts'
import { auth0 } from './auth0.ts'
import { entra } from './entra.ts'
import { keycloak } from './keycloak.ts'
import { providerOf, providers } from './known.ts'
import { oidc } from './oidc.ts'
import { okta } from './okta.ts'
import type { ProviderIssuer } from './provider.ts'
import { workos } from './workos.ts'

const resource = 'https://mcp.example.com/mcp'
const tenant = '11111111-2222-3333-4444-555555555555'
const clientId = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'
const { publicKey, privateKey } = await generateKeyPair('RS256')
const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }

interface Recorded {
  readonly url: string
  readonly source: string
  readonly document: Readonly<Record<string, unknown>>
}

function recorded(name: string): Recorded {
  const url = new URL(`../../../test/discovery/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8')) as Recorded
}

/** Answers with a recorded document where it was found, and with keys where that says that they are. */
function network(name: string): { fetch: typeof fetch; asked: string[] } {
  const { url, document } = recorded(name)
  const asked: string[] = []
  const bodies = new Map<string, unknown>([
    [url, document],
    [String(document['jwks_uri']), { keys: [jwk] }],
  ])
  return {
    asked,
    fetch: async (input) => {
      asked.push(String(input))
      const body = bodies.get(String(input))
      return body ? Response.json(body) : new Response('', { status: 404 })
    },
  }
}

function sign(claims: Record<string, unknown>, typ?: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ iat: now, exp: now + 600, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1', ...(typ !== undefined && { typ }) })
    .sign(privateKey)
}

const head = (token: string): HttpHead => ({
  method: 'POST',
  url: '/mcp',
  header: (name) => (name === 'authorization' ? `Bearer ${token}` : undefined),
})

async function enter(issuer: IssuerOptions, { name = '', token = '' }): Promise<Auth | number> {
  const { fetch } = network(name)
  const guard = bearer({ resource, issuers: issuer, fetch })
  const found = await guard.authenticate(head(token))
  return 'status' in found ? found.status : found
}

/** A preset, with a token as its authorization server makes them and what is read from it. */
interface Case {
  readonly name: string
  readonly issuer: ProviderIssuer
  readonly typ?: string
  readonly claims: JWTPayload
  readonly reads: Partial<Auth>
}

const cases: readonly Case[] = [
  {
    name: 'auth0',
    issuer: auth0({ domain: 'example.us.auth0.com' }),
    typ: 'JWT',
    claims: {
      iss: 'https://example.us.auth0.com/',
      sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
      aud: [resource, 'https://example.us.auth0.com/userinfo'],
      azp: 'my_client_id',
      scope: 'openid files:read',
      permissions: ['files:write'],
    },
    reads: {
      subject: 'auth0|5f7c8ec7c33c6c004bbafe82',
      clientId: 'my_client_id',
      scopes: ['openid', 'files:read'],
    },
  },
  {
    name: 'okta',
    issuer: okta({ domain: 'https://example.okta.com' }),
    claims: {
      ver: 1,
      iss: 'https://example.okta.com/oauth2/default',
      aud: resource,
      cid: '0oabucvy',
      uid: '00u1h5x8n',
      scp: ['openid', 'files:read'],
      sub: 'ada@example.com',
    },
    reads: { subject: '00u1h5x8n', clientId: '0oabucvy', scopes: ['openid', 'files:read'] },
  },
  {
    name: 'entra',
    issuer: entra({ tenant: tenant.toUpperCase(), clientId }),
    typ: 'JWT',
    claims: {
      iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
      aud: clientId,
      azp: 'f0e1d2c3-0000-0000-0000-000000000000',
      oid: '00000000-0000-0000-66f3-3332eca7ea81',
      sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
      tid: tenant,
      ver: '2.0',
      scp: 'files.read',
      roles: ['files.write'],
    },
    reads: {
      subject: '00000000-0000-0000-66f3-3332eca7ea81',
      clientId: 'f0e1d2c3-0000-0000-0000-000000000000',
      scopes: ['files.read', `api://${clientId}/files.read`],
    },
  },
  {
    name: 'keycloak',
    issuer: keycloak({ url: 'https://login.example.com/', realm: 'example' }),
    typ: 'JWT',
    claims: {
      iss: 'https://login.example.com/realms/example',
      aud: [resource, 'account'],
      sub: 'f8a2',
      typ: 'Bearer',
      azp: 'editor',
      scope: 'email files:read profile',
    },
    reads: { subject: 'f8a2', clientId: 'editor', scopes: ['email', 'files:read', 'profile'] },
  },
  {
    name: 'workos',
    issuer: workos({ domain: 'example.authkit.app' }),
    claims: {
      iss: 'https://example.authkit.app',
      aud: resource,
      sub: 'user_01HBEQ',
      client_id: 'client_01J',
      scope: 'openid profile',
      permissions: ['files:read'],
    },
    reads: {
      subject: 'user_01HBEQ',
      clientId: 'client_01J',
      scopes: ['openid', 'profile', 'files:read'],
    },
  },
]

for (const { name, issuer, typ, claims, reads } of cases) {
  test(`[AUTH-03] ${name}: its tokens are checked by what its metadata says`, async () => {
    const { url, document } = recorded(name)
    assert.equal(issuer.issuer, document['issuer'])
    assert.ok(metadataUrls(issuer.issuer).includes(url))
    const auth = await enter(issuer, { name, token: await sign(claims, typ) })
    assert.ok(typeof auth === 'object')
    const { subject, clientId: client, scopes } = auth
    assert.deepEqual({ subject, clientId: client, scopes }, reads)
  })

  test(`[AUTH-05] ${name}: a token for somebody else, or of somebody else, is refused`, async () => {
    for (const other of [
      { aud: 'https://other.example.com/mcp' },
      { aud: undefined },
      { iss: 'https://evil.example.com' },
      { iss: `${claims.iss}/` },
    ]) {
      const token = await sign({ ...claims, ...other }, typ)
      assert.equal(await enter(issuer, { name, token }), 401, JSON.stringify(other))
    }
  })
}

test('entra: what is of another tenant, version or kind is refused; roles count for applications', async () => {
  const { issuer, claims, typ } = cases.find(({ name }) => name === 'entra') ?? assert.fail()
  const { scp: __, roles: ___, ...bare } = claims
  for (const other of [
    { ...claims, tid: clientId },
    { ...claims, ver: '1.0' },
    { ...bare, nonce: 'of an ID token' },
  ]) {
    assert.equal(await enter(issuer, { name: 'entra', token: await sign(other, typ) }), 401)
  }
  const { scp: _, ...app } = claims
  const auth = await enter(issuer, { name: 'entra', token: await sign(app, typ) })
  assert.ok(typeof auth === 'object')
  assert.deepEqual(auth.scopes, ['files.write', `api://${clientId}/files.write`])
})

test('auth0: permissions count where that is wanted', async () => {
  const { claims, typ } = cases.find(({ name }) => name === 'auth0') ?? assert.fail()
  const issuer = auth0({ domain: 'example.us.auth0.com', permissions: true })
  const auth = await enter(issuer, { name: 'auth0', token: await sign(claims, typ) })
  assert.ok(typeof auth === 'object')
  assert.deepEqual(auth.scopes, ['openid', 'files:read', 'files:write'])
})

test('oidc: any issuer, with claims of other names', async () => {
  const issuer = oidc({
    issuer: 'https://login.example.com/realms/example',
    audience: 'files',
    scopeClaim: 'rights',
    subjectClaim: 'email',
    clientClaim: 'app',
  })
  const claims = { iss: issuer.issuer, aud: 'files', email: 'a@example.com', app: 'x' }
  const token = await sign({ ...claims, rights: 'read write', scope: 'admin', sub: '1' })
  const auth = await enter(issuer, { name: 'keycloak', token })
  assert.ok(typeof auth === 'object')
  const { subject, clientId: client, scopes } = auth
  assert.deepEqual([subject, client, scopes], ['a@example.com', 'x', ['read', 'write']])
})

for (const { name, title, can, limits } of providers) {
  test(`what ${title} cannot do is what its metadata does not say`, () => {
    const { document, source } = recorded(name)
    assert.ok(source.length > 20)
    const says = (field: string) => document[field] !== undefined
    assert.equal(can.pkce, says('code_challenge_methods_supported') ? 'yes' : 'no')
    if (!says('client_id_metadata_document_supported'))
      assert.notEqual(can.metadataDocuments, 'yes')
    else assert.notEqual(can.metadataDocuments, 'no')
    if (!says('registration_endpoint')) assert.notEqual(can.registration, 'yes')
    if (!says('jwks_uri')) assert.equal(can.jwt, 'no')
    assert.ok(limits.length > 0 && limits.every((limit) => limit.endsWith('.')))
    assert.equal(providerOf(String(document['issuer']))?.name, name)
  })
}

test('an issuer of no known kind is none', () => {
  for (const issuer of ['https://example.com', 'nonsense', 'https://evilokta.com', '']) {
    assert.equal(providerOf(issuer), undefined)
  }
})

test('what can be no tenant, domain or realm is refused when the server is made', () => {
  const wrong: [() => unknown, RegExp][] = [
    [() => auth0({ domain: 'https://example.com/path' }), /domain of auth0\(\)/],
    [() => auth0({ domain: 'a b' }), /domain of auth0\(\)/],
    [() => okta({ domain: 'example.okta.com', server: '../evil' }), /server of okta\(\)/],
    [() => entra({ tenant: 'common', clientId }), /tenant of entra\(\)/],
    [() => entra({ tenant, clientId: 'api://x' }), /clientId of entra\(\)/],
    [() => keycloak({ url: 'login', realm: 'r' }), /url of keycloak\(\)/],
    [() => keycloak({ url: 'https://a.example', realm: 'a/b' }), /realm of keycloak\(\)/],
    [() => workos({ domain: 'https://user:pw@example.com' }), /domain of workos\(\)/],
  ]
  for (const [make, message] of wrong) assert.throws(make, { name: 'TypeError', message })
})
