import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthError } from '../auth-error.ts'
import { memoryCredentials } from '../memory-credentials.ts'
import { createWorld, enter, issuer, type Oddities, type World } from '../world.test.ts'
import { type BrowserOptions, browser } from './browser.ts'

/** A browser whose person says yes: goes where it is sent, and back to this machine. */
function browserOf({ fetch: inWorld }: Pick<World, 'fetch'>) {
  const pages: Promise<string>[] = []
  const visited: URL[] = []
  async function open(url: URL): Promise<boolean> {
    visited.push(url)
    const away = await inWorld(url, { redirect: 'manual' })
    const back = fetch(away.headers.get('location') ?? '')
    pages.push(back.then(async (page) => `${page.status} ${await page.text()}`))
    await back
    return true
  }
  return { open, pages, visited }
}

function signIn(oddities: Oddities = {}, options: BrowserOptions = {}) {
  const world = createWorld(oddities)
  const person = browserOf(world)
  const way = browser({ fetch: world.fetch, name: 'The tests', open: person.open, ...options })
  return { world, person, way }
}

function isKind(code: string) {
  return (error: unknown) => {
    for (let one = error; one instanceof Error; one = one.cause) {
      if (one instanceof AuthError && one.code === code) return true
    }
    return assert.fail(String(error))
  }
}

test('[AUTH-27] [AUTH-41] Signs a person in through the browser, as a native client, back to loopback', async () => {
  const { world, person, way } = signIn()
  await using client = await enter(world, way)
  assert.equal((await client.callTool('any')).content.length, 1)
  assert.match((await person.pages[0]) ?? '', /^200 .*The tests has what it needs/s)
  const [registered = assert.fail()] = world.at('/register')
  const [uri] = registered.json['redirect_uris'] as string[]
  assert.match(uri ?? '', /^http:\/\/127\.0\.0\.1:\d+\/callback$/)
  assert.equal(registered.json['application_type'], 'native')
  assert.equal(world.authorizations()[0]?.get('redirect_uri'), uri)
  await assert.rejects(
    fetch(uri ?? ''),
    (error: Error) => 'ECONNREFUSED' === (error.cause as { code?: string }).code,
  )
})

test('Comes back to the port that the client is registered with', async () => {
  const store = memoryCredentials()
  const { world, way } = signIn({}, { store })
  await using client = await enter(world, way)
  for (const { key } of await store.list()) if (key.kind !== 'client') await store.delete(key)
  const again = signIn({}, { store })
  await using other = await enter(again.world, again.way)
  assert.ok(client && other)
  assert.equal(again.world.at('/register').length, 0)
  assert.equal(
    again.world.authorizations()[0]?.get('redirect_uri'),
    world.authorizations()[0]?.get('redirect_uri'),
  )
})

test('[AUTH-49] Opens no page that is not one, nor a plain one elsewhere', async () => {
  for (const authorization_endpoint of [
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:text/html,x',
    'http://as.example/authorize',
    'vbscript:x',
    'https://user:pass@as.example/',
  ]) {
    const { world, person, way } = signIn({ metadata: { authorization_endpoint } })
    await assert.rejects(enter(world, way), isKind('unsafe_url'), authorization_endpoint)
    assert.deepEqual(person.visited, [])
  }
})

test('[AUTH-41] An answer that is forged while the person signs in changes nothing', async () => {
  const world = createWorld()
  const person = browserOf(world)
  const statuses: number[] = []
  const way = browser({
    fetch: world.fetch,
    async open(url) {
      const back = url.searchParams.get('redirect_uri') ?? ''
      for (const query of ['code=forged&state=wrong', 'error=access_denied', 'code=forged']) {
        statuses.push((await fetch(`${back}?${query}`)).status)
      }
      return person.open(url)
    },
  })
  await using client = await enter(world, way)
  assert.ok(client)
  assert.deepEqual(statuses, [400, 400, 400])
  assert.doesNotMatch(world.at('/token')[0]?.form.get('code') ?? '', /forged/)
})

test('[AUTH-37] [AUTH-39] An answer of another issuer is neither used nor shown', async () => {
  const { world, person, way } = signIn({
    comeBack(query) {
      query.delete('code')
      query.set('error', 'server_error')
      query.set('error_description', 'call +1 555 for help')
      query.set('iss', 'https://evil.example')
    },
  })
  await assert.rejects(enter(world, way), isKind('authorization'))
  assert.doesNotMatch((await person.pages[0]) ?? '', /555|server_error/)
  assert.equal(world.at('/token').length, 0)
})

test('A refusal is told on the page and by the error', async () => {
  const { world, person, way } = signIn({
    comeBack(query) {
      query.delete('code')
      query.set('error', 'access_denied')
    },
  })
  await assert.rejects(enter(world, way), isKind('cancelled'))
  assert.match((await person.pages[0]) ?? '', /Access was denied/)
})

test('Tells where to sign in where no browser can be opened, and goes on when the person has', async () => {
  for (const open of [() => false, () => Promise.reject(new Error('broken'))]) {
    const world = createWorld()
    const person = browserOf(world)
    const way = browser({ fetch: world.fetch, open, onUrl: (url) => void person.open(url) })
    await using client = await enter(world, way)
    assert.ok(client)
    assert.equal(person.visited[0]?.origin, issuer)
  }
})

test('Ends where the person does not come back, and where the caller gives up', async () => {
  const { world, way } = signIn({}, { open: () => true, timeoutMs: 50 })
  await assert.rejects(enter(world, way), isKind('cancelled'))
  const control = new AbortController()
  const slow = signIn({}, { open: () => new Promise(() => {}) })
  const entering = enter(slow.world, slow.way, control.signal)
  setTimeout(() => control.abort(new Error('enough')), 50)
  await assert.rejects(entering)
})

test('Comes back to the port that it is told to', async () => {
  const first = signIn()
  await using client = await enter(first.world, first.way)
  const used = new URL(first.world.authorizations()[0]?.get('redirect_uri') ?? '')
  const { world, way } = signIn(
    {},
    { port: Number(used.port), redirectUri: 'http://localhost/back' },
  )
  await using other = await enter(world, way)
  assert.ok(client && other)
  assert.equal(world.authorizations()[0]?.get('redirect_uri'), `http://localhost:${used.port}/back`)
})
