import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from '../connect.ts'
import { AuthError } from './auth-error.ts'
import type { CredentialStore, TokenSet } from './credentials.ts'
import { memoryCredentials } from './memory-credentials.ts'
import { oauth } from './oauth.ts'
import {
  createWorld,
  enter,
  type Heard,
  issuer,
  json,
  type Oddities,
  serverUrl,
  wayIn,
} from './world.test.ts'

const refusal = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AuthError, String(error))
  assert.equal(error.code, code, error.message)
  assert.match(error.message, message)
  return true
}

const tokensKey = { kind: 'tokens', issuer, resource: serverUrl } as const
const client = {
  kind: 'client',
  clientId: 'dcr-1',
  authMethod: 'none',
  how: 'dynamic',
  redirectUris: ['http://127.0.0.1:7777/callback'],
} as const

/** A store in which somebody has signed in before. */
async function signedIn(tokens: Partial<TokenSet>): Promise<CredentialStore> {
  const store = memoryCredentials()
  await store.set({ kind: 'client', issuer }, client)
  await store.set(
    { kind: 'server', url: serverUrl },
    { kind: 'server', issuer, resource: serverUrl, scope: 'read' },
  )
  await store.set(tokensKey, {
    kind: 'tokens',
    accessToken: 'at-old',
    tokenType: 'Bearer',
    scope: 'read',
    clientId: 'dcr-1',
    refreshToken: 'rt-old',
    ...tokens,
  })
  return store
}

const grants = (world: { at(path: string): readonly Heard[] }) =>
  world.at('/token').map(({ form }) => form.get('grant_type'))

test('[AUTH-43] a token is in the header of every request, and in no URL', async () => {
  const world = createWorld()
  await using connected = await enter(world, wayIn(world))
  await connected.listTools()
  await connected.callTool('x')
  const calls = world.log.filter(({ url }) => url.href === serverUrl)
  assert.deepEqual(
    calls.map(({ headers }) => headers.get('authorization')),
    [null, 'Bearer at-1', 'Bearer at-1', 'Bearer at-1'],
  )
  assert.ok(!world.log.some(({ url }) => url.href.includes('at-1')))
})

test('[AUTH-46] a token that is about to expire is made new ahead, once for all calls, with the resource', async () => {
  const store = await signedIn({ expiresAt: Date.now() + 1000 })
  const world = createWorld({ token: () => ({ scope: 'read' }) })
  world.valid.set('at-old', 'read')
  await new Promise((resolve) => setTimeout(resolve, 1001))
  await using connected = await enter(world, wayIn(world, { store }))
  await Promise.all([1, 2, 3, 4, 5].map(() => connected.callTool('x')))
  assert.deepEqual(grants(world), ['refresh_token'])
  const [{ form } = assert.fail()] = world.at('/token')
  assert.equal(form.get('refresh_token'), 'rt-old')
  assert.equal(form.get('resource'), serverUrl)
  assert.equal(form.get('client_id'), 'dcr-1')
  const calls = world.log.filter(({ url }) => url.href === serverUrl)
  assert.ok(calls.every(({ headers }) => headers.get('authorization') === 'Bearer at-1'))
  assert.equal((await store.get(tokensKey))?.refreshToken, 'rt-1')
})

test('a token that is refused is made new without anybody being asked', async () => {
  const store = await signedIn({})
  const world = createWorld()
  await using connected = await enter(world, wayIn(world, { store }))
  await connected.listTools()
  assert.deepEqual(grants(world), ['refresh_token'])
  assert.equal(world.authorizations().length, 0)
})

test('calls that are refused at the same time share one refresh', async () => {
  const world = createWorld()
  await using connected = await enter(world, wayIn(world))
  world.valid.clear()
  await Promise.all([1, 2, 3, 4, 5].map(() => connected.callTool('x')))
  assert.deepEqual(grants(world), ['authorization_code', 'refresh_token'])
})

test('several connections that share a store, as several processes do, refresh once: a rotated token is used once', async () => {
  const store = await signedIn({ expiresAt: Date.now() - 1 })
  const used = new Set<string | null>()
  const world = createWorld({
    token({ form }) {
      const given = form.get('refresh_token')
      assert.ok(!used.has(given), 'a refresh token was used twice')
      used.add(given)
      return { scope: 'read' }
    },
  })
  const connections = await Promise.all([1, 2, 3].map(() => enter(world, wayIn(world, { store }))))
  await Promise.all(connections.map((one) => one.listTools()))
  assert.deepEqual(grants(world), ['refresh_token'])
  for (const one of connections) await one.close()
})

test('new tokens are in the store before they are used', async () => {
  const store = await signedIn({})
  let kept: string | undefined
  const world = createWorld({
    async any({ url, headers }) {
      if (url.href === serverUrl && headers.get('authorization') === 'Bearer at-1') {
        kept ??= (await store.get(tokensKey))?.accessToken
      }
      return undefined
    },
  })
  await using connected = await enter(world, wayIn(world, { store }))
  assert.ok(connected)
  assert.equal(kept, 'at-1')
})

test('a refresh token that is not sent anew stays', async () => {
  const store = await signedIn({})
  const world = createWorld({ token: () => ({ refresh_token: undefined }) })
  await using connected = await enter(world, wayIn(world, { store }))
  await connected.listTools()
  assert.equal((await store.get(tokensKey))?.refreshToken, 'rt-old')
})

for (const error of ['invalid_grant', 'invalid_client', 'unauthorized_client']) {
  test(`a refresh token that is refused as ${error} leads to a clean new sign-in`, async () => {
    const store = await signedIn({})
    const world = createWorld({
      token: ({ form }) => (form.get('grant_type') === 'refresh_token' ? json({ error }, 400) : {}),
    })
    await using connected = await enter(world, wayIn(world, { store }))
    await connected.listTools()
    assert.deepEqual(grants(world), ['refresh_token', 'authorization_code'])
  })
}

test('a refresh token is not sent as another client than the one that it was issued to', async () => {
  const store = await signedIn({ clientId: 'another' })
  const world = createWorld()
  await using connected = await enter(world, wayIn(world, { store }))
  assert.ok(connected)
  assert.deepEqual(grants(world), ['authorization_code'])
})

test('an authorization server that fails for the moment does not end a token that is still good', async () => {
  const store = await signedIn({ expiresAt: Date.now() + 20_000 })
  const world = createWorld({ token: () => json({}, 503) })
  world.valid.set('at-old', 'read')
  await using connected = await enter(world, wayIn(world, { store }))
  await connected.listTools()
  await connected.listTools()
  assert.equal(world.at('/token').length <= 1, true)
})

test('a server that refuses a token that was just issued is not asked again', async () => {
  const world = createWorld({
    guard: () =>
      new Response('', {
        status: 401,
        headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
      }),
  })
  await assert.rejects(enter(world, wayIn(world)), refusal('token', /just issued.*audience/))
  assert.equal(world.authorizations().length, 1)
})

test('[AUTH-34] scopes are those of the challenge, else those of the metadata, else none', async () => {
  const scopes = async (oddities: Oddities, options = {}) => {
    const world = createWorld(oddities)
    await using connected = await enter(world, wayIn(world, options))
    assert.ok(connected)
    return world.authorizations()[0]?.get('scope')
  }
  const resource = { scopes_supported: ['a', 'b'] }
  const challenge = 'Bearer realm="x"'
  assert.equal(await scopes({ resource }), 'read')
  assert.equal(await scopes({ resource, challenge }), 'a b')
  assert.equal(await scopes({ resource, challenge }, { scope: 'b' }), 'b')
  assert.equal(await scopes({ challenge }), null)
})

test('[AUTH-46] offline_access is asked for only where the authorization server lists it, and with consent', async () => {
  for (const [listed, expected] of [
    [['offline_access'], 'read offline_access'],
    [['read'], 'read'],
    [undefined, 'read'],
  ] as const) {
    const world = createWorld({ metadata: { scopes_supported: listed } })
    await using connected = await enter(world, wayIn(world))
    assert.ok(connected)
    const [asked] = world.authorizations()
    assert.equal(asked?.get('scope'), expected)
    assert.equal(
      asked?.get('prompt'),
      listed?.includes('offline_access' as never) ? 'consent' : null,
    )
  }
})

const insufficient = (scope: string, status = 403) =>
  new Response('', {
    status,
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  })

type Guard = NonNullable<Oddities['guard']>

/** A server that wants a scope for tool calls. */
const guarded =
  (valid: () => ReadonlyMap<string, string>, wanted: string): Guard =>
  (token, { json: message }) => {
    const scopes = valid()
      .get(token ?? '')
      ?.split(' ')
    if (!scopes)
      return new Response('', {
        status: 401,
        headers: { 'www-authenticate': 'Bearer scope="read"' },
      })
    return message['method'] === 'tools/call' && !scopes.includes(wanted)
      ? insufficient(wanted)
      : undefined
  }

test('[AUTH-35] [AUTH-48] an operation that needs more is asked for with all scopes asked for before', async () => {
  let world = createWorld()
  world = createWorld({
    guard: guarded(() => world.valid, 'write'),
    resource: { scopes_supported: ['profile'] },
  })
  await using connected = await enter(world, wayIn(world))
  await connected.listTools()
  await connected.callTool('x')
  await connected.listTools()
  assert.deepEqual(
    world.authorizations().map((one) => one.get('scope')),
    ['read', 'write read'],
  )
})

test('calls that need more at the same time have one person asked once', async () => {
  let world = createWorld()
  world = createWorld({ guard: guarded(() => world.valid, 'write') })
  await using connected = await enter(world, wayIn(world))
  await Promise.all([1, 2, 3].map(() => connected.callTool('x')))
  assert.equal(world.authorizations().length, 2)
})

test('[AUTH-48] a server that is never content has nobody sign in more than three times for an operation', async () => {
  let count = 0
  let world = createWorld()
  world = createWorld({
    guard(token, heard) {
      if (heard.json['method'] !== 'tools/call')
        return guarded(() => world.valid, 'x')(token, heard)
      count += 1
      return insufficient(`more-${count}`)
    },
  })
  await using connected = await enter(world, wayIn(world))
  await assert.rejects(connected.callTool('x'), refusal('scope', /3 authorizations/))
  const after = world.authorizations().length
  assert.equal(after, 1 + 3)
  await assert.rejects(connected.callTool('x'), refusal('scope', /3 authorizations/))
  assert.equal(world.authorizations().length, after)
})

test('[AUTH-48] over many operations, a server that is never content comes to its end, too', async () => {
  let count = 0
  let world = createWorld()
  world = createWorld({
    guard(token, heard) {
      if (heard.json['method'] !== 'tools/call')
        return guarded(() => world.valid, 'x')(token, heard)
      count += 1
      return insufficient(`more-${count}`)
    },
  })
  await using connected = await enter(world, wayIn(world))
  for (let index = 0; index < 20; index++)
    await assert.rejects(connected.callTool(`tool-${index}`), AuthError)
  assert.ok(world.authorizations().length <= 12)
})

test('[AUTH-48] a scope that was granted and is wanted all the same is not asked for for ever', async () => {
  let world = createWorld()
  world = createWorld({
    guard: (token, heard) =>
      heard.json['method'] === 'tools/call'
        ? insufficient('write')
        : guarded(() => world.valid, 'x')(token, heard),
  })
  await using connected = await enter(world, wayIn(world))
  await assert.rejects(connected.callTool('x'), refusal('scope', /just issued/))
  assert.equal(world.authorizations().length, 2)
})

test('a challenge of thousands of scopes asks for a hundred at most', async () => {
  const scope = Array.from({ length: 5000 }, (_, index) => `s${index}`).join(' ')
  const world = createWorld({ challenge: `Bearer scope="${scope}"` })
  await using connected = await enter(world, wayIn(world))
  assert.ok(connected)
  assert.ok((world.authorizations()[0]?.get('scope')?.split(' ').length ?? 0) <= 100)
})

test('a 403 for another reason is no cause to sign in', async () => {
  const world = createWorld({ guard: () => new Response('no', { status: 403 }) })
  await assert.rejects(enter(world, wayIn(world)), /403/)
  assert.equal(world.paths().length, 0)
})

test('[AUTH-48] a program that lacks a scope tries it once, and is told what to have granted', async () => {
  const asked: (string | undefined)[] = []
  const world = createWorld({
    guard: (token, { json: message }) => {
      if (token === undefined) return insufficient('read', 401)
      return message['method'] === 'tools/call' ? insufficient('write') : undefined
    },
  })
  const program = oauth({
    interactive: false,
    async obtain({ scope }) {
      asked.push(scope)
      return {
        kind: 'tokens',
        accessToken: `p-${asked.length}`,
        tokenType: 'Bearer',
        scope: 'read',
      }
    },
  })
  await using connected = await enter(world, program)
  await assert.rejects(
    connected.callTool('x'),
    refusal('scope', /needs the scopes write.*have them allowed/),
  )
  assert.deepEqual(asked, ['read', 'write read'])
})

test('with a token in hand, its header is there at once', async () => {
  const world = createWorld()
  const { authorizer } = wayIn(world, { store: await signedIn({}) })({
    server: new URL(serverUrl),
    fetch: world.fetch,
    warn() {},
  })
  const departure = { method: 'POST', url: new URL(serverUrl) }
  assert.ok(authorizer.headers(departure) instanceof Promise)
  await authorizer.headers(departure)
  assert.deepEqual(authorizer.headers(departure), { authorization: 'Bearer at-old' })
  assert.equal(authorizer.arrived({ status: 200, header: () => undefined }, departure, 1), false)
})

test('tokens that cannot be kept are used all the same, and somebody hears of it', async () => {
  const world = createWorld()
  const store: CredentialStore = {
    ...memoryCredentials(),
    async set({ kind }) {
      if (kind === 'tokens') throw new Error('the disk is full')
    },
  }
  const said: string[] = []
  await using connected = await connect(serverUrl, {
    fetch: world.fetch,
    auth: wayIn(world, { store }),
    onWarning: (message) => said.push(message),
  })
  await connected.listTools()
  assert.equal(world.authorizations().length, 1)
  assert.match(said.join(), /could not be kept.*disk is full/)
})

test('somebody who does not sign in may be asked again as often as a call needs it', async () => {
  let busy = 5
  const world = createWorld()
  const program = oauth({
    interactive: true,
    async obtain({ scope }) {
      busy -= 1
      if (busy > 0) throw new AuthError('cancelled', 'Not now')
      return {
        kind: 'tokens',
        tokenType: 'Bearer',
        accessToken: String(world.issue(scope ?? '')['access_token']),
      }
    },
  })
  const { authorizer } = program({ server: new URL(serverUrl), fetch: world.fetch, warn() {} })
  const refused = { status: 401, header: () => undefined }
  for (let index = 0; index < 4; index++) {
    const departure = { method: 'POST', url: new URL(serverUrl) }
    await assert.rejects(
      async () => authorizer.arrived(refused, departure, 1),
      refusal('cancelled', /Not now/),
    )
  }
  assert.equal(
    await authorizer.arrived(refused, { method: 'POST', url: new URL(serverUrl) }, 1),
    true,
  )
})
