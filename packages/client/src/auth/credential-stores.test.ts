import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { createMemoryStore } from '@lutra/core'
import fc from 'fast-check'
import type { Credential, CredentialKey, CredentialStore } from './credentials.ts'
import { memoryCredentials } from './memory-credentials.ts'
import { fileCredentials } from './node/file-credentials.ts'
import { storeCredentials } from './store-credentials.ts'

type Make = (t: TestContext) => CredentialStore

const makers: readonly (readonly [string, Make])[] = [
  ['memoryCredentials', () => memoryCredentials()],
  ['storeCredentials', () => storeCredentials(createMemoryStore())],
  ['fileCredentials', (t) => fileCredentials(join(folder(t), 'credentials.json'))],
]

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'lutra-credentials-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

const tokenKey = {
  kind: 'tokens',
  issuer: 'https://as.example',
  resource: 'https://mcp.example/mcp',
} as const
const records: readonly (readonly [CredentialKey, Credential])[] = [
  [
    tokenKey,
    {
      kind: 'tokens',
      accessToken: 'secret-1',
      tokenType: 'Bearer',
      refreshToken: 'secret-2',
      expiresAt: 1,
    },
  ],
  [
    { kind: 'client', issuer: 'https://as.example' },
    {
      kind: 'client',
      clientId: 'me',
      clientSecret: 'secret-3',
      authMethod: 'client_secret_basic',
      how: 'dynamic',
      redirectUris: ['http://127.0.0.1:1/callback'],
    },
  ],
  [
    { kind: 'server', url: 'https://mcp.example/mcp' },
    {
      kind: 'server',
      issuer: 'https://as.example',
      resource: 'https://mcp.example/mcp',
      scope: 'a b',
    },
  ],
  [
    { kind: 'key', issuer: 'https://as.example' },
    { kind: 'key', jwk: { kty: 'EC', d: 'secret-4' } },
  ],
  [
    { kind: 'pending', state: 'xyz' },
    {
      kind: 'pending',
      server: 's',
      issuer: 'i',
      resource: 'r',
      clientId: 'c',
      redirectUri: 'u',
      codeVerifier: 'secret-5',
      expiresAt: Date.now() + 60_000,
    },
  ],
]

for (const [name, make] of makers) {
  test(`${name} keeps what it is given, each under its own key`, async (t) => {
    const store = make(t)
    assert.equal(await store.get(tokenKey), undefined)
    assert.deepEqual(await store.list(), [])
    for (const [key, credential] of records) await store.set(key, credential)
    for (const [key, credential] of records) assert.deepEqual(await store.get(key), credential)
    const listed = (await store.list()).map(({ credential }) => credential.kind)
    assert.deepEqual(listed.toSorted(), ['client', 'key', 'pending', 'server', 'tokens'])
    await store.set(tokenKey, { kind: 'tokens', accessToken: 'new', tokenType: 'DPoP' })
    assert.equal((await store.get(tokenKey))?.accessToken, 'new')
    assert.equal(await store.delete(tokenKey), true)
    assert.equal(await store.delete(tokenKey), false)
    assert.equal(await store.get(tokenKey), undefined)
  })

  test(`[AUTH-29] ${name} never takes the credentials of one issuer or resource for those of another`, async (t) => {
    const store = make(t)
    const part = fc.oneof(
      fc.constantFrom(
        '',
        'https://a.example',
        'https://a.example/',
        '","',
        '\u0000',
        'é',
        'e\u0301',
      ),
      fc.webUrl({ size: 'large' }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(part, part), {
          minLength: 2,
          maxLength: 4,
          selector: (one) => JSON.stringify(one),
        }),
        async (places) => {
          const keys = places.map(
            ([issuer, resource]) => ({ kind: 'tokens', issuer, resource }) as const,
          )
          for (const [at, key] of keys.entries())
            await store.set(key, { kind: 'tokens', accessToken: `t${at}`, tokenType: 'Bearer' })
          for (const [at, key] of keys.entries())
            assert.equal((await store.get(key))?.accessToken, `t${at}`)
          for (const key of keys) await store.delete(key)
        },
      ),
      { numRuns: name === 'fileCredentials' ? 10 : 50 },
    )
  })

  test(`${name} refuses a credential under a key of another kind`, async (t) => {
    await assert.rejects(make(t).set(tokenKey, { kind: 'key', jwk: {} }), TypeError)
  })

  test(`${name} forgets authorizations that nobody came back for`, async (t) => {
    const store = make(t)
    const pending = {
      kind: 'pending',
      server: 's',
      issuer: 'i',
      resource: 'r',
      clientId: 'c',
      redirectUri: 'u',
      codeVerifier: 'v',
    } as const
    await store.set({ kind: 'pending', state: 'old' }, { ...pending, expiresAt: Date.now() - 1 })
    await store.set(
      { kind: 'pending', state: 'new' },
      { ...pending, expiresAt: Date.now() + 60_000 },
    )
    assert.deepEqual(
      (await store.list()).map(({ key }) => key),
      [{ kind: 'pending', state: 'new' }],
    )
  })

  test(`${name} runs work for one key in turn, for others beside it, and goes on after failures`, async (t) => {
    const store = make(t)
    let inside = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++inside)
      await new Promise((resolve) => setTimeout(resolve, 5))
      inside--
      return 'done'
    }
    const failing = store.exclusively(tokenKey, async () => Promise.reject(new Error('mine')))
    const all = Array.from({ length: 5 }, () => store.exclusively(tokenKey, work))
    await assert.rejects(failing, /mine/)
    assert.deepEqual(await Promise.all(all), Array(5).fill('done'))
    assert.equal(most, 1)
    const within = await store.exclusively(tokenKey, () =>
      store.exclusively({ ...tokenKey, resource: 'other' }, async () => {
        await store.set(tokenKey, { kind: 'tokens', accessToken: 'x', tokenType: 'Bearer' })
        return store.get(tokenKey)
      }),
    )
    assert.equal(within?.accessToken, 'x')
  })

  test(`[AUTH-45] ${name} shows nothing of what it keeps`, async (t) => {
    const store = make(t)
    for (const [key, credential] of records) await store.set(key, credential)
    assert.doesNotMatch(inspect(store, { depth: 20, showHidden: true }), /secret-/)
    assert.doesNotMatch(JSON.stringify(store), /secret-/)
  })
}

test('What is handed out by memoryCredentials is not what is kept', async () => {
  const store = memoryCredentials()
  const given = { kind: 'key', jwk: { kty: 'EC' } as Record<string, unknown> } as const
  const key = { kind: 'key', issuer: 'i' } as const
  await store.set(key, given)
  given.jwk['kty'] = 'changed'
  assert.equal((await store.get(key))?.jwk['kty'], 'EC')
})

test('[AUTH-45] Keys in a store say nothing of where somebody signs in', async () => {
  const inner = createMemoryStore()
  const store = storeCredentials(inner, { prefix: 'people/7/' })
  for (const [key, credential] of records) await store.set(key, credential)
  await store.exclusively(tokenKey, async () => {
    for (const { key } of await inner.list(''))
      assert.match(key, /^people\/7\/[a-z]+\/[0-9a-f]{64}$/)
  })
  assert.equal((await inner.list('people/7/turn/')).length, 0)
  assert.equal((await storeCredentials(inner, { prefix: 'people/8/' }).list()).length, 0)
})

test('A turn in a store outlasts its lease while work goes on, and ends with a process that is gone', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout', 'setInterval'] })
  const inner = createMemoryStore()
  const first = storeCredentials(inner, { leaseMs: 60 })
  const second = storeCredentials(inner, { leaseMs: 60 })
  const order: string[] = []
  const long = first.exclusively(tokenKey, async () => {
    order.push('first in')
    await new Promise((resolve) => setTimeout(resolve, 300))
    order.push('first out')
  })
  while (order.length === 0) await nextTurn()
  const next = second.exclusively(tokenKey, async () => void order.push('second in'))
  await passTime(Promise.all([long, next]))
  assert.deepEqual(order, ['first in', 'first out', 'second in'])
  // Left behind by one that was killed.
  const turn = (await leaseOf(inner, first)).key
  await inner.set(turn, { holder: 'gone' }, { ttlMs: 100 })
  assert.equal(await passTime(second.exclusively(tokenKey, async () => 'in')), 'in')
  await inner.set(turn, { holder: 'somebody' })
  const impatient = storeCredentials(inner, { waitMs: 50 })
  const refused = passTime(impatient.exclusively(tokenKey, async () => 'in'))
  await assert.rejects(refused, { code: 'store' })

  /** Lets the mocked clock run, with all that waits for it in turn, until the work is done. */
  async function passTime<T>(work: Promise<T>): Promise<T> {
    let done = false
    const end = () => {
      done = true
    }
    work.then(end, end)
    while (!done) {
      t.mock.timers.tick(5)
      await nextTurn()
    }
    return work
  }
})

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

async function leaseOf(inner: ReturnType<typeof createMemoryStore>, store: CredentialStore) {
  return store.exclusively(tokenKey, async () => {
    const [lease] = await inner.list('credentials/turn/')
    assert.ok(lease)
    return lease
  })
}

test('What somebody else has put into a store is not taken for credentials', async () => {
  const inner = createMemoryStore()
  const store = storeCredentials(inner)
  await store.set(tokenKey, { kind: 'tokens', accessToken: 'x', tokenType: 'Bearer' })
  const [entry] = await inner.list('credentials/tokens/')
  assert.ok(entry)
  for (const value of [
    null,
    'x',
    {},
    { key: tokenKey },
    { key: tokenKey, credential: { kind: 'tokens', accessToken: 7 } },
    {
      key: { ...tokenKey, issuer: 'https://evil.example' },
      credential: { kind: 'tokens', accessToken: 'x', tokenType: 'Bearer' },
    },
  ]) {
    await inner.set(entry.key, value)
    assert.equal(await store.get(tokenKey), undefined)
  }
})
