import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthError } from './auth-error.ts'
import { demandOf, parseChallenges } from './challenge.ts'
import { issuerMetadataUrls } from './discover-issuer.ts'
import { canonicalResource, resourceCovers } from './resource.ts'
import { createWorld, enter, issuer, json, serverUrl, wayIn } from './world.test.ts'

const isAuthError = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AuthError, String(error))
  assert.equal(error.code, code, error.message)
  assert.match(error.message, message)
  return true
}

test('[AUTH-11] a 401 leads through the metadata of the resource to a token', async () => {
  const world = createWorld()
  await using client = await enter(world, wayIn(world))
  assert.deepEqual(await client.listTools(), [])
  assert.deepEqual(world.paths(), [
    'https://mcp.example/.well-known/oauth-protected-resource/mcp',
    `${issuer}/.well-known/oauth-authorization-server`,
    `${issuer}/register`,
    `${issuer}/authorize`,
    `${issuer}/token`,
  ])
})

test('[AUTH-11] challenges are read as RFC 9110 has them', () => {
  const read = (header: string) =>
    parseChallenges(header).map(({ scheme, parameters }) => [
      scheme,
      Object.fromEntries(parameters),
    ])
  assert.deepEqual(read('bearer Realm="a, b", SCOPE = "x y" , Error=invalid_token'), [
    ['bearer', { realm: 'a, b', scope: 'x y', error: 'invalid_token' }],
  ])
  assert.deepEqual(read('Negotiate, Basic realm="say \\"hi\\"",DPoP algs="ES256", Bearer'), [
    ['negotiate', {}],
    ['basic', { realm: 'say "hi"' }],
    ['dpop', { algs: 'ES256' }],
    ['bearer', {}],
  ])
  assert.deepEqual(read('Bearer resource_metadata=https://x.example/.well-known/prm'), [
    ['bearer', { resource_metadata: 'https://x.example/.well-known/prm' }],
  ])
  for (const junk of [
    '',
    ',,,',
    '"',
    'Bearer a="',
    '===',
    `Bearer ${'a='.repeat(1e5)}`,
    '\u0000é',
  ]) {
    parseChallenges(junk)
  }
})

test('the demands of several challenges are one, and those of other schemes are none', () => {
  const demand = (header: string) => demandOf({ status: 401, header: () => header })
  assert.deepEqual(demand('Basic scope="no", DPoP error="invalid_token", Bearer scope="a b a"'), {
    error: 'invalid_token',
    scopes: ['a', 'b'],
  })
  const many = Array.from({ length: 500 }, (_, index) => `scope-${index}`).join(' ')
  assert.equal(demand(`Bearer scope="${many}"`).scopes?.length, 100)
})

test('[AUTH-12] metadata is where the challenge says, and nowhere else is looked', async () => {
  const place = 'https://mcp.example/custom/metadata.json'
  const world = createWorld({
    challenge: `Bearer resource_metadata="${place}"`,
    any: ({ url }) =>
      url.href === place
        ? json({ resource: serverUrl, authorization_servers: [issuer] })
        : undefined,
  })
  await using client = await enter(world, wayIn(world))
  assert.equal(client.connection.era, 'modern')
  assert.equal(world.paths()[0], place)
  assert.ok(!world.paths().some((path) => path?.includes('oauth-protected-resource')))
})

test('[AUTH-12] without that, it is at the path and only then at the root', async () => {
  const world = createWorld({
    any: ({ url }) => {
      if (url.pathname === '/.well-known/oauth-protected-resource/mcp') return json({}, 404)
      return url.pathname === '/.well-known/oauth-protected-resource'
        ? json({ resource: 'https://mcp.example', authorization_servers: [issuer] })
        : undefined
    },
  })
  await using client = await enter(world, wayIn(world))
  assert.ok(client)
  assert.deepEqual(world.paths().slice(0, 2), [
    'https://mcp.example/.well-known/oauth-protected-resource/mcp',
    'https://mcp.example/.well-known/oauth-protected-resource',
  ])
  assert.equal(world.authorizations()[0]?.get('resource'), 'https://mcp.example')
})

for (const resource of [
  'https://evil.example/mcp',
  'https://mcp.example/other',
  'https://mcp.example/mc',
  'x',
  undefined,
]) {
  test(`[AUTH-13] metadata about ${resource} is refused before anybody is asked`, async () => {
    const world = createWorld({ resource: { resource } })
    await assert.rejects(enter(world, wayIn(world)), isAuthError('discovery', /resource/))
    assert.equal(world.authorizations().length, 0)
  })
}

test('[AUTH-13] a resource covers what is below it on its origin, by whole segments', () => {
  const covers = (resource: string, url: string) => resourceCovers(resource, new URL(url))
  assert.ok(covers('https://a.example', 'https://a.example/mcp'))
  assert.ok(covers('https://a.example/', 'https://a.example/mcp'))
  assert.ok(covers('https://a.example/mcp', 'https://a.example/mcp'))
  assert.ok(covers('https://a.example/mcp', 'https://a.example/mcp/'))
  assert.ok(covers('https://A.example:443/mcp', 'https://a.example/mcp?x=1'))
  for (const other of [
    'https://a.example/mc',
    'https://a.example/mcp/x',
    'http://a.example/mcp',
    'https://a.example:8/mcp',
    'https://u@a.example/mcp',
    'https://a.example/mcp#x',
    'https://a.example/mcp?y=2',
  ]) {
    assert.ok(!covers(other, 'https://a.example/mcp'), other)
  }
})

test('[AUTH-33] the identifier of a server is its URL, without fragment and needless slash', () => {
  const of = (url: string) => canonicalResource(new URL(url))
  assert.equal(of('HTTPS://MCP.Example/'), 'https://mcp.example')
  assert.equal(of('https://mcp.example:8443/a/b#c'), 'https://mcp.example:8443/a/b')
})

test('[AUTH-14] [AUTH-15] [AUTH-16] metadata of issuers is looked for in the order of the specification', () => {
  const paths = (of: string) => issuerMetadataUrls(of).map(({ pathname }) => pathname)
  assert.deepEqual(paths('https://as.example'), [
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
  ])
  assert.deepEqual(paths('https://as.example/'), paths('https://as.example'))
  assert.deepEqual(paths('https://as.example/t1'), [
    '/.well-known/oauth-authorization-server/t1',
    '/.well-known/openid-configuration/t1',
    '/t1/.well-known/openid-configuration',
  ])
})

test('[AUTH-15] an issuer with a path is never looked for at the root', async () => {
  const tenant = `${issuer}/t1`
  const world = createWorld({
    resource: { authorization_servers: [tenant] },
    metadata: { issuer: tenant, authorization_response_iss_parameter_supported: false },
    comeBack: (query) => query.delete('iss'),
  })
  await assert.rejects(enter(world, wayIn(world)), isAuthError('discovery', /no metadata/))
  assert.ok(!world.paths().includes(`${issuer}/.well-known/oauth-authorization-server`))
})

for (const said of [`${issuer}/`, 'https://AS.example', 'https://evil.example', undefined, 7]) {
  test(`[AUTH-17] metadata of the issuer ${said} is not used`, async () => {
    const world = createWorld({ metadata: { issuer: said } })
    await assert.rejects(
      enter(world, wayIn(world)),
      isAuthError('discovery', /not of https:\/\/as/),
    )
    assert.equal(world.authorizations().length, 0)
  })
}

for (const methods of [undefined, [], ['plain'], 'S256']) {
  test(`[AUTH-18] nobody signs in where codes are protected by ${JSON.stringify(methods)}`, async () => {
    const world = createWorld({ metadata: { code_challenge_methods_supported: methods } })
    await assert.rejects(enter(world, wayIn(world)), isAuthError('authorization', /PKCE/))
    assert.equal(world.authorizations().length, 0)
    assert.deepEqual(world.at('/register'), [], 'nor is a client made known there')
  })
}

test('a server without metadata is its own authorization server, as in 2025-03-26', async () => {
  const tokens = new Set<string>()
  const world = createWorld({
    guard: (token) =>
      token !== undefined && tokens.has(token) ? undefined : new Response('', { status: 401 }),
    any: ({ url, json: asked }) => {
      if (url.origin !== 'https://mcp.example' || url.href === serverUrl) return undefined
      if (url.pathname === '/register') return json({ ...asked, client_id: 'old' }, 201)
      if (url.pathname === '/authorize') {
        const to = `${url.searchParams.get('redirect_uri')}?code=c&state=${url.searchParams.get('state')}`
        return new Response(null, { status: 302, headers: { location: to } })
      }
      if (url.pathname !== '/token') return json({}, 404)
      tokens.add('old-token')
      return json({ access_token: 'old-token', token_type: 'Bearer' })
    },
  })
  await using client = await enter(world, wayIn(world))
  assert.deepEqual(await client.listTools(), [])
})

test('a server that fails to give its metadata is not taken for one without', async () => {
  const world = createWorld({
    any: ({ url }) => (url.pathname.includes('protected') ? json({}, 503) : undefined),
  })
  await assert.rejects(enter(world, wayIn(world)), isAuthError('discovery', /503.*later/))
})

test('[AUTH-50] metadata that is endless, of another scheme or inside is not read', async () => {
  const huge = createWorld({ resource: { filler: 'x'.repeat(600_000) } })
  await assert.rejects(enter(huge, wayIn(huge)), isAuthError('discovery', /more than/))
  for (const place of [
    'http://as.example',
    'https://127.0.0.1',
    'https://169.254.169.254',
    'https://10.0.0.1',
    'https://[::1]',
    'file:///etc',
  ]) {
    const world = createWorld({ resource: { authorization_servers: [place] } })
    await assert.rejects(enter(world, wayIn(world)), AuthError)
    assert.ok(!world.log.some(({ url }) => url.href.startsWith(place)), place)
  }
  const led = createWorld({
    any: ({ url }) =>
      url.pathname === '/.well-known/oauth-protected-resource/mcp'
        ? new Response(null, { status: 302, headers: { location: 'https://127.0.0.1/prm' } })
        : undefined,
  })
  await assert.rejects(enter(led, wayIn(led)), isAuthError('unsafe_url', /127/))
})
