import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CredentialStore, TokenSet } from './credentials.ts'
import { memoryCredentials } from './memory-credentials.ts'
import { signOut } from './sign-out.ts'
import { createWorld, enter, issuer, json, serverUrl, wayIn } from './world.test.ts'

const key = { kind: 'tokens', issuer, resource: serverUrl } as const

/** A store that can be full, in which tokens are kept that somebody got before. */
async function signedIn(tokens: Partial<TokenSet> = {}) {
  const inner = memoryCredentials()
  await inner.set(
    { kind: 'client', issuer },
    {
      kind: 'client',
      clientId: 'dcr-1',
      authMethod: 'none',
      how: 'dynamic',
      redirectUris: ['http://127.0.0.1:7777/callback'],
    },
  )
  await inner.set(
    { kind: 'server', url: serverUrl },
    { kind: 'server', issuer, resource: serverUrl },
  )
  await inner.set(key, {
    kind: 'tokens',
    accessToken: 'at-old',
    refreshToken: 'rt-old',
    tokenType: 'Bearer',
    clientId: 'dcr-1',
    ...tokens,
  })
  const state = { full: false }
  const store: CredentialStore = {
    ...inner,
    async set(...given) {
      if (state.full && given[0].kind !== 'client') throw new Error('no space left')
      await inner.set(...given)
    },
  }
  return { store, state }
}

/** An authorization server that takes a refresh token once, and all of somebody's tokens away where it comes again. */
function rotating(expiresIn = 3600) {
  const used = new Set<string | null>()
  const world = createWorld({
    token({ form }) {
      if (form.get('grant_type') !== 'refresh_token') return {}
      const given = form.get('refresh_token')
      if (used.has(given)) {
        world.valid.clear()
        return json({ error: 'invalid_grant' }, 400)
      }
      used.add(given)
      return { expires_in: expiresIn }
    },
  })
  return world
}

const refreshes = (world: ReturnType<typeof createWorld>) =>
  world.at('/token').map(({ form }) => form.get('refresh_token'))

for (const [what, old] of [
  ['is over', { expiresAt: 1 }],
  ['looks good', {}],
] as const) {
  test(`a refresh token that could not be kept is used all the same, where the token in the store ${what}`, async () => {
    const { store, state } = await signedIn(old)
    state.full = true
    const world = rotating()
    await using connected = await enter(world, wayIn(world, { store }))
    await connected.listTools()
    world.valid.clear()
    await connected.listTools()
    world.valid.clear()
    state.full = false
    await connected.listTools()
    assert.deepEqual(refreshes(world), ['rt-old', 'rt-1', 'rt-2'])
    assert.equal(world.authorizations().length, 0)
    assert.equal((await store.get(key))?.refreshToken, 'rt-3', 'kept when there was room again')
  })
}

test('so it is ahead of the end of its token', async () => {
  const { store, state } = await signedIn()
  state.full = true
  const world = rotating(1)
  await using connected = await enter(world, wayIn(world, { store }))
  await new Promise((resolve) => setTimeout(resolve, 1001))
  await connected.listTools()
  assert.deepEqual(refreshes(world), ['rt-old', 'rt-1'])
  assert.equal(world.authorizations().length, 0)
})

test('somebody whose sign-in could not be kept is not asked again when its token is over', async () => {
  const state = { full: true }
  const inner = memoryCredentials()
  const store: CredentialStore = {
    ...inner,
    async set(...given) {
      if (state.full) throw new Error('no space left')
      await inner.set(...given)
    },
    async get(which) {
      // The registration is not what this is about.
      if (which.kind !== 'client') return inner.get(which)
      const registration = { kind: 'client', clientId: 'me', authMethod: 'none' } as const
      return { ...registration, how: 'pre-registered' } as never
    },
  }
  const world = rotating()
  await using connected = await enter(world, wayIn(world, { store }))
  world.valid.clear()
  await connected.listTools()
  assert.equal(world.authorizations().length, 1)
  assert.deepEqual(refreshes(world), [null, 'rt-1'])
})

test('what another process has written since goes before what could not be kept, and so does signing out', async () => {
  const { store, state } = await signedIn()
  const world = rotating()
  state.full = true
  await using connected = await enter(world, wayIn(world, { store }))
  state.full = false
  await using other = await enter(world, wayIn(world, { store }))
  await other.listTools()
  world.valid.clear()
  world.valid.set('theirs', '')
  await store.set(key, { kind: 'tokens', accessToken: 'theirs', tokenType: 'Bearer' })
  await connected.listTools()
  assert.equal(world.log.at(-1)?.headers.get('authorization'), 'Bearer theirs')
  state.full = true
  await signOut(serverUrl, { store, fetch: world.fetch })
  world.valid.clear()
  await assert.rejects(connected.listTools(), /signed out/)
})

test('a token that is said to last for no time at all lasts until it is refused', async () => {
  const world = createWorld({ token: () => ({ expires_in: 0 }) })
  await using connected = await enter(world, wayIn(world))
  await connected.listTools()
  await connected.listTools()
  assert.equal(world.at('/token').length, 1)
  assert.equal(world.authorizations().length, 1)
})
