/** What programs sign, and what identity providers sign for them: good once, for one place, and never shown. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthError, clientCredentials, enterprise } from '@lutra/client/auth'
import { connect } from '@lutra/client/connect'
import { exportJWK, exportPKCS8, generateKeyPair } from 'jose'
import { type Company, type CompanyOptions, startCompany } from './identity-provider.ts'
import { type Ours, startOurs } from './ours.ts'

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const program = { clientId: 'robot', clientSecret: 'known to the company and to the servers' }

test('[EXT-04, EXT-06] an assertion that somebody has seen opens nothing a second time', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] }
  await using ours = await startOurs({
    clients: [{ id: 'robot', jwks, grants: ['client_credentials'] }],
  })
  const seen = listen()
  const credential = { clientId: 'robot', privateKey: await exportPKCS8(privateKey) }
  const auth = clientCredentials(credential, { fetch: seen.fetch })
  await using client = await connect(ours.server.url, { auth })
  await client.callTool('whoami')
  const [form = new URLSearchParams()] = seen.forms
  assert.ok(form.has('client_assertion'), 'no assertion was sent')
  const again = await fetch(`${ours.issuer}/token`, { method: 'POST', body: form })
  assert.equal(again.status, 401)
  assert.equal((await again.json()).error, 'invalid_client')
})

test('[EXT-13] a grant of the identity provider that somebody has seen opens nothing a second time, not even to the client itself', async () => {
  await using company = await startAcme()
  await using ours = await startServers(company)
  const seen = listen()
  await enter(ours, company, { fetch: seen.fetch })
  const [form = new URLSearchParams()] = seen.forms.filter((one) => one.has('assertion'))
  assert.ok(form.has('assertion'), 'no grant was sent')
  const headers = {
    authorization: `Basic ${btoa(`robot:${encodeURIComponent(program.clientSecret)}`)}`,
  }
  const again = await fetch(`${ours.issuer}/token`, {
    method: 'POST',
    body: form,
    headers,
  })
  assert.equal(again.status, 400)
  assert.equal((await again.json()).error, 'invalid_grant')
})

test('[EXT-08] who came by SAML gets in by the refresh token for it, and nobody signs in', async () => {
  await using company = await startAcme()
  await using ours = await startServers(company)
  company.allow({ employee: 'ada', audience: ours.issuer, resource: ours.server.url })
  const refreshToken = await company.refreshToken('ada', program.clientId)
  const { issuer } = company
  const identityProvider = { issuer, ...program }
  const auth = enterprise({ identityProvider, client: program, refreshToken })
  await using client = await connect(ours.server.url, { auth })
  assert.deepEqual((await client.callTool('whoami')).data, {
    subject: 'ada',
    scopes: ['notes:read'],
  })
  assert.equal(company.signIns.length, 0)
})

const type = 'urn:ietf:params:oauth:token-type:access_token'
const spoilings: Record<string, NonNullable<CompanyOptions['spoil']>> = {
  'a token of another type': (answer) => Object.assign(answer, { issued_token_type: type }),
  'a grant that it calls an access token': (answer) =>
    Object.assign(answer, { token_type: 'Bearer' }),
  'a grant for another authorization server': (_, grant) =>
    Object.assign(grant, { aud: 'https://other.example.com' }),
  'a grant for another server': (_, grant) =>
    Object.assign(grant, { resource: 'https://other.example.com/mcp' }),
  'a grant for another client': (_, grant) => Object.assign(grant, { client_id: 'somebody' }),
}

for (const [what, spoil] of Object.entries(spoilings)) {
  test(`[EXT-09, EXT-10] ${what} goes no further`, async () => {
    await using company = await startAcme({ spoil })
    await using ours = await startServers(company)
    const error = await enter(ours, company).catch((thrown: unknown) => thrown)
    assert.ok(error instanceof AuthError, String(error))
    assert.deepEqual(
      ours.asked.filter((asked) => asked === 'POST /token'),
      [],
    )
  })
}

test('[EXT-16] nothing secret is in a URL, a warning or an error, when all goes well and when it does not', async () => {
  await using company = await startAcme()
  await using ours = await startServers(company, 1)
  const seen = listen()
  const told: string[] = []
  const onWarning = (message: string) => void told.push(message)
  const line = { employee: 'ada', audience: ours.issuer, resource: ours.server.url }
  await enter(ours, company, { fetch: seen.fetch, onWarning })
  company.forbid(line)
  const idToken = await company.idToken('ada', program.clientId)
  const identityProvider = { issuer: company.issuer, ...program }
  for (const clientSecret of [program.clientSecret, 'wrong-secret-of-somebody']) {
    const client = { ...program, clientSecret }
    const auth = enterprise({ identityProvider, client, idToken }, { fetch: seen.fetch })
    const error = await connect(ours.server.url, { auth, onWarning }).catch((thrown) => thrown)
    assert.ok(error instanceof AuthError)
    told.push(error.message, error.stack ?? '', String(error.cause))
  }
  const all = [...told, ...seen.urls].join('\n')
  assert.ok(seen.urls.length > 5)
  assert.doesNotMatch(all, /eyJ/, 'a token')
  for (const secret of [program.clientSecret, 'wrong-secret-of-somebody']) {
    assert.ok(!all.includes(secret) && !all.includes(encodeURIComponent(secret)))
  }
})

/** A fetch that keeps what was sent. */
function listen() {
  const urls: string[] = []
  const forms: URLSearchParams[] = []
  const listening: typeof fetch = (input, init) => {
    urls.push(String(input instanceof Request ? input.url : input))
    if (init?.body instanceof URLSearchParams) forms.push(new URLSearchParams(init.body))
    return fetch(input, init)
  }
  return { urls, forms, fetch: listening }
}

interface Ways {
  readonly fetch?: typeof fetch
  readonly onWarning?: (message: string) => void
}

/** Lets an employee in who is signed in already. */
async function enter(ours: Ours, company: Company, { fetch: own, onWarning }: Ways = {}) {
  const { url } = ours.server
  company.allow({ employee: 'ada', audience: ours.issuer, resource: url })
  const identityProvider = { issuer: company.issuer, ...program }
  const idToken = () => company.idToken('ada', program.clientId)
  const auth = enterprise({ identityProvider, client: program, idToken }, own ? { fetch: own } : {})
  await using client = await connect(url, { auth, ...(onWarning && { onWarning }) })
  await client.callTool('whoami')
}

function startAcme(options: Partial<CompanyOptions> = {}): Promise<Company> {
  const { clientId: client_id, clientSecret: client_secret } = program
  const redirect_uris = ['https://app.example.com/callback']
  return startCompany({ clients: [{ client_id, client_secret, redirect_uris }], ...options })
}

function startServers(company: Company, accessToken = 60): Promise<Ours> {
  const { clientId: id, clientSecret: secret } = program
  const { issuer, jwks } = company
  return startOurs({
    clients: [{ id, secret, grants: [jwtBearer] }],
    enterprise: { issuers: [{ issuer, jwks }], user: ({ sub }) => sub },
    lifetimes: { accessToken },
    registration: false,
  })
}
