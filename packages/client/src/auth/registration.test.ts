import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt, generateKeyPair } from 'jose'
import { AuthError } from './auth-error.ts'
import { clientMetadata } from './client-metadata.ts'
import { memoryCredentials } from './memory-credentials.ts'
import { createWorld, enter, issuer, json, type Oddities, type World, wayIn } from './world.test.ts'

const metadataUrl = 'https://app.example/client.json'
const cimd = { client_id_metadata_document_supported: true }

const refusal = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AuthError, String(error))
  assert.equal(error.code, code, error.message)
  assert.match(error.message, message)
  return true
}

const clientOf = (world: World) => world.authorizations()[0]?.get('client_id')

async function clientUsed(oddities: Oddities, options: Parameters<typeof wayIn>[1]) {
  const world = createWorld(oddities)
  await using client = await enter(world, wayIn(world, options))
  await client.listTools()
  return { id: clientOf(world), registered: world.at('/register').length, world }
}

test('[AUTH-21] [AUTH-26] a client that was registered beforehand comes first', async () => {
  const { id, registered } = await clientUsed(
    { metadata: cimd },
    { client: { id: 'mine' }, metadataUrl },
  )
  assert.deepEqual([id, registered], ['mine', 0])
})

test('[AUTH-21] then the metadata document, where the server reads it', async () => {
  const { id, registered } = await clientUsed({ metadata: cimd }, { metadataUrl })
  assert.deepEqual([id, registered], [metadataUrl, 0])
})

test('[AUTH-21] [AUTH-27] [AUTH-31] then registration, which says what kind of application it is', async () => {
  const { id, world } = await clientUsed({}, { metadataUrl, name: 'Ours' })
  assert.equal(id, 'dcr-1')
  const [{ json: asked } = assert.fail()] = world.at('/register')
  assert.equal(asked['application_type'], 'native')
  assert.deepEqual(asked['grant_types'], ['authorization_code', 'refresh_token'])
  assert.equal(asked['client_name'], 'Ours')
  assert.equal(asked['token_endpoint_auth_method'], 'none')
})

test('[AUTH-21] and at last, the user is asked', async () => {
  const { id } = await clientUsed(
    { metadata: { registration_endpoint: undefined } },
    {
      onNeedClient: ({ issuer: where, redirectUris }) => {
        assert.equal(where, issuer)
        assert.equal(redirectUris.length, 1)
        return { id: 'by-hand' }
      },
    },
  )
  assert.equal(id, 'by-hand')
  const world = createWorld({ metadata: { registration_endpoint: undefined } })
  await assert.rejects(enter(world, wayIn(world)), refusal('registration', /by hand/))
})

test('[AUTH-22] a metadata document has to be at an https URL with a path', () => {
  const world = createWorld()
  for (const bad of [
    'http://app.example/c.json',
    'https://app.example',
    'https://app.example/',
    'x',
  ]) {
    assert.throws(() => wayIn(world, { metadataUrl: bad }), TypeError)
  }
})

test('registration is deprecated, and says so', async () => {
  const world = createWorld()
  const said: string[] = []
  const { connect } = await import('../connect.ts')
  await using client = await connect('https://mcp.example/mcp', {
    fetch: world.fetch,
    auth: wayIn(world),
    onWarning: (message) => said.push(message),
  })
  assert.ok(client)
  assert.match(said.join(), /deprecated/)
})

test('[AUTH-28] a registration that is refused says why, without what a terminal would act on', async () => {
  const world = createWorld({
    any: ({ url }) =>
      url.pathname === '/register'
        ? json({ error: 'invalid_redirect_uri', error_description: 'no \u001b[31mloopback' }, 400)
        : undefined,
  })
  await assert.rejects(
    enter(world, wayIn(world)),
    refusal('registration', /invalid_redirect_uri \(no {2}\[31mloopback\)/),
  )
})

test('[AUTH-29] a registration is kept by issuer, and used again', async () => {
  const store = memoryCredentials()
  const world = createWorld()
  for (const _ of [1, 2]) {
    await using client = await enter(world, wayIn(world, { store }))
    await client.listTools()
    // As if nobody had signed in yet.
    await store.delete({ kind: 'tokens', issuer, resource: 'https://mcp.example/mcp' })
  }
  assert.equal(world.at('/register').length, 1)
  assert.equal(world.authorizations().length, 2)
  assert.equal((await store.get({ kind: 'client', issuer }))?.clientId, 'dcr-1')
})

test('a registration for other addresses to come back to is not used', async () => {
  const store = memoryCredentials()
  await store.set(
    { kind: 'client', issuer },
    {
      kind: 'client',
      clientId: 'old',
      authMethod: 'none',
      how: 'dynamic',
      redirectUris: ['http://127.0.0.1:1/x'],
    },
  )
  const { id } = await clientUsed({}, { store })
  assert.equal(id, 'dcr-1')
})

test('a registration whose secret has expired is not used', async () => {
  const store = memoryCredentials()
  const redirectUris = ['http://127.0.0.1:7777/callback']
  await store.set(
    { kind: 'client', issuer },
    {
      kind: 'client',
      clientId: 'old',
      authMethod: 'none',
      how: 'dynamic',
      redirectUris,
      secretExpiresAt: 1,
    },
  )
  const { id } = await clientUsed({}, { store })
  assert.equal(id, 'dcr-1')
})

const second = 'https://second.example'

function migrating() {
  let now = issuer
  const metadata = {
    ...createWorld().metadata(),
    issuer: second,
    registration_endpoint: `${second}/register`,
  }
  const world = createWorld({
    any(heard) {
      const { url } = heard
      if (url.pathname.includes('protected-resource')) {
        return json({ resource: 'https://mcp.example/mcp', authorization_servers: [now] })
      }
      if (url.origin !== second) return undefined
      if (url.pathname === '/register') return json({ ...heard.json, client_id: 'dcr-2' }, 201)
      return url.pathname === '/.well-known/oauth-authorization-server'
        ? json(metadata)
        : json({}, 404)
    },
    comeBack: (query) => query.set('iss', now),
  })
  return {
    world,
    migrate: () => {
      now = second
      world.valid.clear()
    },
  }
}

test('[AUTH-30] [AUTH-44] where the server moves to another issuer, nothing of the old one goes there', async () => {
  const { world, migrate } = migrating()
  const store = memoryCredentials()
  await using client = await enter(world, wayIn(world, { store }))
  await client.listTools()
  const before = await store.get({ kind: 'tokens', issuer, resource: 'https://mcp.example/mcp' })
  migrate()
  await client.listTools()
  assert.deepEqual(
    world.authorizations().map((one) => one.get('client_id')),
    ['dcr-1', 'dcr-2'],
  )
  const after = await store.list()
  assert.deepEqual(
    after.flatMap(({ key }) => (key.kind === 'tokens' ? [key.issuer] : [])),
    [second],
  )
  const seen = world.log
    .filter(({ url }) => url.origin === second)
    .map(({ form }) => form.toString())
  assert.ok(!seen.join().includes('dcr-1'))
  assert.ok(!seen.join().includes(before?.refreshToken ?? assert.fail()))
})

test('[AUTH-30] a client that was registered at the old issuer is not tried at the new one', async () => {
  for (const client of [{ id: 'mine', issuer }, { id: 'mine' }]) {
    const { world, migrate } = migrating()
    await using connected = await enter(world, wayIn(world, { client }))
    await connected.listTools()
    migrate()
    await assert.rejects(
      connected.listTools(),
      refusal('registration', /registered at https:\/\/as\.example/),
    )
    assert.equal(world.authorizations().length, 1)
  }
})

test('of several clients, the one of the issuer is taken', async () => {
  const clients = [
    { id: 'other', issuer: second },
    { id: 'this', issuer },
  ]
  const { id } = await clientUsed({}, { client: clients })
  assert.equal(id, 'this')
})

test('of several issuers, the one with a client is chosen, else the first, or who the user says', async () => {
  const servers = { authorization_servers: ['https://first.example', issuer] }
  const { id } = await clientUsed({ resource: servers }, { client: { id: 'this', issuer } })
  assert.equal(id, 'this')
  const chosen = await clientUsed({ resource: servers }, { chooseIssuer: () => issuer })
  assert.equal(chosen.id, 'dcr-1')
  const world = createWorld({ resource: servers })
  await assert.rejects(
    enter(world, wayIn(world, { chooseIssuer: () => 'https://evil.example' })),
    refusal('discovery', /issuer/),
  )
})

const methods: readonly [readonly string[] | undefined, string][] = [
  [undefined, 'header'],
  [['client_secret_basic', 'client_secret_post'], 'header'],
  [['client_secret_post'], 'body'],
]

for (const [supported, place] of methods) {
  test(`a secret goes by the ${place} where ${supported ?? 'nothing'} is listed`, async () => {
    const { world } = await clientUsed(
      { metadata: { token_endpoint_auth_methods_supported: supported } },
      { client: { id: 'a b', secret: 's:e' } },
    )
    const [{ headers, form } = assert.fail()] = world.at('/token')
    const basic = headers.get('authorization')
    assert.equal(
      basic === null ? undefined : atob(basic.slice(6)),
      place === 'header' ? 'a+b:s%3Ae' : undefined,
    )
    assert.equal(form.get('client_secret'), place === 'body' ? 's:e' : null)
  })
}

test('[AUTH-23] a metadata document says whose it is, by what name, and where people come back to', () => {
  const redirectUris = ['http://127.0.0.1/callback']
  const document = clientMetadata({ url: metadataUrl, name: 'Ours', redirectUris })
  assert.equal(document['client_id'], metadataUrl)
  assert.equal(document['client_name'], 'Ours')
  assert.deepEqual(document['redirect_uris'], redirectUris)
  for (const bad of [{ url: 'https://app.example' }, { name: ' ' }, { redirectUris: [] }]) {
    assert.throws(
      () => clientMetadata({ url: metadataUrl, name: 'Ours', redirectUris, ...bad }),
      TypeError,
    )
  }
})

for (const id of [undefined, '', 7, 'a\r\nb', 'x'.repeat(5000)]) {
  test(`[AUTH-28] a registration with the id ${String(id).slice(0, 9)} is none`, async () => {
    const world = createWorld({
      any: ({ url }) => (url.pathname === '/register' ? json({ client_id: id }, 201) : undefined),
    })
    await assert.rejects(enter(world, wayIn(world)), refusal('registration', /without a proper id/))
  })
}

test('[AUTH-23] a client that is known by a key signs an assertion for every token', async () => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const store = memoryCredentials()
  const world = createWorld({
    metadata: { ...cimd, token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'] },
  })
  await using client = await enter(world, wayIn(world, { metadataUrl, key: { privateKey }, store }))
  world.valid.clear()
  await client.listTools()
  const requests = world.at('/token').map(({ form }) => form)
  assert.deepEqual(
    requests.map((form) => form.get('grant_type')),
    ['authorization_code', 'refresh_token'],
  )
  const ids = requests.map((form) => {
    const { iss, sub, aud, jti } = decodeJwt(form.get('client_assertion') ?? '')
    assert.deepEqual([iss, sub, aud], [metadataUrl, metadataUrl, issuer])
    return jti
  })
  assert.notEqual(ids[0], ids[1])
  const kept = JSON.stringify(await store.list())
  assert.ok(!kept.includes('"d"'), 'the key itself is kept nowhere')
})
