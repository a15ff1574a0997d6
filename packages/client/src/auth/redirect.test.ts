import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthError } from './auth-error.ts'
import { memoryCredentials } from './memory-credentials.ts'
import { type RedirectOptions, redirect } from './redirect.ts'
import { createWorld, enter, issuer, serverUrl, type World } from './world.test.ts'

const redirectUri = 'https://app.example/callback'

const refusal =
  (code: string, message = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof AuthError, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, message)
    return true
  }

const application = (world: World, options: Partial<RedirectOptions> = {}) =>
  redirect({ redirectUri, fetch: world.fetch, store: memoryCredentials(), ...options })

/** What the browser of a person who says yes is sent back with. */
async function visit(world: World, url: URL | undefined): Promise<string> {
  assert.ok(url)
  const response = await world.fetch(url, { redirect: 'manual' })
  return response.headers.get('location') ?? assert.fail()
}

test('a call that needs somebody to sign in says where, and works when they are back', async () => {
  const world = createWorld()
  const way = application(world)
  let url: URL | undefined
  await assert.rejects(enter(world, way), (error: unknown) => {
    assert.ok(error instanceof AuthError)
    assert.equal(error.code, 'interaction_required')
    assert.doesNotMatch(error.message, /state|challenge/)
    url = error.url
    return true
  })
  const { server } = await way.finish(await visit(world, url))
  assert.equal(server.href, serverUrl)
  await using client = await enter(world, way)
  assert.deepEqual(await client.listTools(), [])
  assert.equal(world.authorizations().length, 1)
})

test('begin and finish may be in different processes that share a store', async () => {
  const world = createWorld()
  const store = memoryCredentials()
  const begun = await application(world, { store }).begin(serverUrl)
  const callback = await visit(world, begun?.url)
  await application(world, { store }).finish(callback, { state: begun?.state ?? '' })
  assert.equal(await application(world, { store }).begin(serverUrl), undefined)
  await using client = await enter(world, application(world, { store }))
  assert.deepEqual(await client.listTools(), [])
})

test('[AUTH-27] an application on the web registers as one', async () => {
  const world = createWorld()
  await application(world).begin(serverUrl)
  assert.equal(world.at('/register')[0]?.json['application_type'], 'web')
})

test('[AUTH-36] what somebody comes back with is good once', async () => {
  const world = createWorld()
  const way = application(world)
  const callback = await visit(world, (await way.begin(serverUrl))?.url)
  const both = await Promise.allSettled([way.finish(callback), way.finish(callback)])
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  await assert.rejects(way.finish(callback), refusal('authorization', /sign in again/))
  assert.equal(world.at('/token').length, 1)
})

test('[AUTH-41] what the browser of somebody else comes back with is not used', async () => {
  const world = createWorld()
  const way = application(world)
  const own = await way.begin(serverUrl)
  const other = await way.begin(serverUrl)
  const callback = await visit(world, other?.url)
  await assert.rejects(way.finish(callback, { state: own?.state ?? '' }), refusal('authorization'))
  for (const forged of [
    `${redirectUri}?code=x`,
    `${redirectUri}?code=x&state=guess`,
    redirectUri,
  ]) {
    await assert.rejects(way.finish(forged), refusal('authorization'))
  }
  assert.equal(world.at('/token').length, 0)
})

test('what is too old is not used', async () => {
  const world = createWorld()
  const store = memoryCredentials()
  const way = application(world, { store })
  const begun = await way.begin(serverUrl)
  const callback = await visit(world, begun?.url)
  const key = { kind: 'pending', state: begun?.state ?? '' } as const
  const pending = (await store.get(key)) ?? assert.fail()
  await store.set(key, { ...pending, expiresAt: Date.now() - 1 })
  await assert.rejects(way.finish(callback), refusal('authorization'))
  assert.equal(world.at('/token').length, 0)
})

test('[AUTH-37] an answer of another issuer is refused before the code goes anywhere', async () => {
  const world = createWorld({ comeBack: (query) => query.set('iss', 'https://evil.example') })
  const way = application(world)
  const callback = await visit(world, (await way.begin(serverUrl))?.url)
  await assert.rejects(way.finish(callback), refusal('authorization', /meddled/))
  assert.equal(world.at('/token').length, 0)
})

test('[AUTH-48] a step up is another visit, with all scopes, and the client that is there goes on', async () => {
  let world = createWorld()
  world = createWorld({
    resource: { scopes_supported: ['read'] },
    guard(token, { json: message }) {
      const scopes = world.valid.get(token ?? '')?.split(' ')
      const deny = (status: number, challenge: string) =>
        new Response('', { status, headers: { 'www-authenticate': challenge } })
      if (!scopes) return deny(401, 'Bearer scope="read"')
      if (message['method'] !== 'tools/call' || scopes.includes('write')) return undefined
      return deny(403, 'Bearer error="insufficient_scope", scope="write"')
    },
  })
  const way = application(world)
  await way.finish(await visit(world, (await way.begin(serverUrl))?.url))
  await using client = await enter(world, way)
  let url: URL | undefined
  await assert.rejects(client.callTool('x'), (error: unknown) => {
    if (error instanceof AuthError) url = error.url
    return refusal('interaction_required')(error)
  })
  assert.equal(url?.searchParams.get('scope'), 'write read')
  await way.finish(await visit(world, url))
  assert.equal((await client.callTool('x')).isError, false)
})

test('a page to come back to that cannot be one is refused at once', () => {
  for (const bad of ['http://app.example/x', 'x', 'https://app.example/#x']) {
    assert.throws(() => redirect({ redirectUri: bad, store: memoryCredentials() }), TypeError)
  }
})

test('a client that is another by now is not used to redeem', async () => {
  const world = createWorld()
  const store = memoryCredentials()
  const way = application(world, { store })
  const callback = await visit(world, (await way.begin(serverUrl))?.url)
  await store.set(
    { kind: 'client', issuer },
    { kind: 'client', clientId: 'x', authMethod: 'none', how: 'dynamic' },
  )
  await assert.rejects(way.finish(callback), refusal('registration', /sign in again/))
})
