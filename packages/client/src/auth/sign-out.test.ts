import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientCredentials } from './client-credentials.ts'
import { memoryCredentials } from './memory-credentials.ts'
import { redirect } from './redirect.ts'
import { signOut } from './sign-out.ts'
import { createWorld, enter, issuer, serverUrl, wayIn } from './world.test.ts'

const leave = (world: ReturnType<typeof createWorld>, store = memoryCredentials()) =>
  signOut(serverUrl, { store, fetch: world.fetch })

for (const [when, expiresIn] of [
  ['is refused', 3600],
  ['expires', 1],
] as const) {
  test(`nobody is made to sign in by a connection that was left open when they signed out, and whose token ${when}`, async () => {
    const store = memoryCredentials()
    const world = createWorld({ token: () => ({ expires_in: expiresIn }) })
    await using left = await enter(world, wayIn(world, { store }))
    assert.equal((await leave(world, store))?.issuer, issuer)
    world.valid.clear()
    if (expiresIn === 1) await new Promise((resolve) => setTimeout(resolve, 1001))
    for (const _ of [1, 2]) {
      await assert.rejects(left.listTools(), {
        name: 'AuthError',
        code: 'interaction_required',
        message: /signed out of https:\/\/mcp\.example.*connect again/,
      })
    }
    assert.equal(world.authorizations().length, 1)
    await using fresh = await enter(world, wayIn(world, { store }))
    await fresh.listTools()
    assert.equal(world.authorizations().length, 2)
    await left.listTools()
    assert.equal(world.authorizations().length, 2, 'it goes on with what the new one has got')
  })
}

test('a web application is still told where to send who signed out: nobody is sent by that alone', async () => {
  const store = memoryCredentials()
  const world = createWorld()
  const way = redirect({ redirectUri: 'https://app.example/back', fetch: world.fetch, store })
  const begun = await way.begin(serverUrl)
  const back = await world.fetch(begun?.url ?? '', { redirect: 'manual' })
  await way.finish(back.headers.get('location') ?? '')
  await using left = await enter(world, way)
  await leave(world, store)
  world.valid.clear()
  await assert.rejects(left.listTools(), ({ code, url }) => {
    assert.equal(code, 'interaction_required')
    return url instanceof URL
  })
})

test('a program that has credentials of its own gets in again, as nobody is asked', async () => {
  const store = memoryCredentials()
  const methods = ['client_secret_basic']
  const world = createWorld({ metadata: { token_endpoint_auth_methods_supported: methods } })
  const client = { clientId: 'me', clientSecret: 'secret', issuer }
  const auth = clientCredentials(client, { store, fetch: world.fetch })
  await using left = await enter(world, auth)
  await leave(world, store)
  world.valid.clear()
  await left.listTools()
})
