import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore, type Store, StoreError, type Versioned } from '@lutra/core'
import { indexPrefix, recordKey } from './record-key.ts'
import { revokeAll } from './revoke.ts'
import { storeAdapter } from './store-adapter.ts'

const inAnHour = Math.floor(Date.now() / 1000) + 3600

function open(store: Store = createMemoryStore()) {
  return { store, adapter: storeAdapter(store) }
}

async function allText(store: Store): Promise<string> {
  return JSON.stringify(await store.list(''))
}

test('a record is found by its id until it is destroyed', async () => {
  const { adapter, store } = open()
  const grants = adapter('Grant')
  await grants.upsert('g1', { jti: 'g1', accountId: 'ada', clientId: 'c' }, 60)
  assert.deepEqual(await grants.find('g1'), { jti: 'g1', accountId: 'ada', clientId: 'c' })
  await grants.destroy('g1')
  assert.equal(await grants.find('g1'), undefined)
  assert.deepEqual(await store.list(''), [])
})

test('a record is gone when its time is over', async () => {
  let now = 0
  const { adapter } = open(createMemoryStore(() => now))
  await adapter('Grant').upsert('g1', { jti: 'g1' }, 60)
  now = 61_000
  assert.equal(await adapter('Grant').find('g1'), undefined)
})

test('[AUTH-45] codes and tokens are not readable in the store', async () => {
  const { adapter, store } = open()
  for (const model of ['AuthorizationCode', 'RefreshToken', 'AccessToken']) {
    const id = `secret-of-${model}`
    await adapter(model).upsert(id, { jti: id, grantId: 'g1', exp: inAnHour }, 60)
    assert.equal((await adapter(model).find(id))?.jti, id)
  }
  assert.doesNotMatch(await allText(store), /secret-of/)
})

test('[AUTH-47] of many who race for a code one gets it, and then its grant is revoked', async () => {
  const { adapter, store } = open()
  const other = storeAdapter(store)
  await adapter('Grant').upsert('g1', { jti: 'g1' }, 60)
  await adapter('AuthorizationCode').upsert(
    'code',
    { jti: 'code', grantId: 'g1', exp: inAnHour },
    60,
  )
  await adapter('RefreshToken').upsert('token', { jti: 'token', grantId: 'g1', exp: inAnHour }, 60)
  const race = await Promise.allSettled(
    [adapter, other, adapter, other].map((from) => from('AuthorizationCode').consume('code')),
  )
  assert.equal(race.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const lost of race)
    if (lost.status === 'rejected') assert.equal(lost.reason.error, 'invalid_grant')
  assert.equal(await adapter('Grant').find('g1'), undefined)
  assert.equal(await adapter('RefreshToken').find('token'), undefined)
})

test('a consumed record stays known as consumed', async () => {
  const { adapter } = open()
  await adapter('RefreshToken').upsert('t', { jti: 't', grantId: 'g', exp: inAnHour }, 60)
  await adapter('RefreshToken').consume('t')
  assert.equal(typeof (await adapter('RefreshToken').find('t'))?.consumed, 'number')
})

test('[EXT-13] of two uses of one JWT at the same time one is refused', async () => {
  const { adapter, store } = open()
  const race = await Promise.allSettled(
    [adapter, storeAdapter(store)].map((from) =>
      from('ReplayDetection').upsert('jti', { jti: 'jti', iss: 'c' }, 60),
    ),
  )
  assert.equal(race.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('sessions are found by their uid, and the index goes with them', async () => {
  const { adapter, store } = open()
  await adapter('Session').upsert('s1', { jti: 's1', uid: 'u1', accountId: 'ada' }, 60)
  assert.equal((await adapter('Session').findByUid('u1'))?.jti, 's1')
  await adapter('Session').destroy('s1')
  assert.equal(await adapter('Session').findByUid('u1'), undefined)
  assert.deepEqual(await store.list(''), [])
})

test('revoking by grant deletes the records of that model alone', async () => {
  const { adapter } = open()
  for (const [id, grantId] of [
    ['a', 'g1'],
    ['b', 'g1'],
    ['c', 'g2'],
  ] as const)
    await adapter('RefreshToken').upsert(id, { jti: id, grantId }, 60)
  await adapter('AccessToken').upsert('x', { jti: 'x', grantId: 'g1' }, 60)
  await adapter('RefreshToken').revokeByGrantId('g1')
  assert.equal(await adapter('RefreshToken').find('a'), undefined)
  assert.equal(await adapter('RefreshToken').find('b'), undefined)
  assert.notEqual(await adapter('RefreshToken').find('c'), undefined)
  assert.notEqual(await adapter('AccessToken').find('x'), undefined)
})

test('a user, a client, or both, lose what was granted', async () => {
  const { adapter, store } = open()
  const grants = [
    ['g1', 'ada', 'c1'],
    ['g2', 'ada', 'c2'],
    ['g3', 'bob', 'c1'],
  ] as const
  for (const [id, accountId, clientId] of grants) {
    await adapter('Grant').upsert(id, { jti: id, accountId, clientId }, 60)
    await adapter('RefreshToken').upsert(`t${id}`, { jti: `t${id}`, grantId: id }, 60)
  }
  await adapter('Session').upsert('s1', { jti: 's1', uid: 'u1', accountId: 'ada' }, 60)
  assert.equal(await revokeAll(store, { subject: 'ada', clientId: 'c1' }), 1)
  assert.equal(await adapter('Grant').find('g1'), undefined)
  assert.notEqual(await adapter('Session').find('s1'), undefined)
  assert.equal(await revokeAll(store, { subject: 'ada' }), 1)
  assert.equal(await adapter('RefreshToken').find('tg2'), undefined)
  assert.equal(await adapter('Session').find('s1'), undefined)
  assert.notEqual(await adapter('RefreshToken').find('tg3'), undefined)
  assert.equal(await revokeAll(store, { clientId: 'c1' }), 1)
  assert.equal(await adapter('RefreshToken').find('tg3'), undefined)
  await assert.rejects(revokeAll(store, {}), /needs a subject/)
})

test('what cannot be decrypted any more is deleted where its grant is, and never taken for a grant that was ended', async () => {
  const kept = createMemoryStore()
  const unreadable = new StoreError('Its key is gone', { code: 'unreadable' })
  let lost = ''
  const told = <E extends Versioned>(entry: E, key = ''): E =>
    key.startsWith(lost) ? { ...entry, value: undefined, unreadable } : entry
  const store: Store = {
    ...kept,
    get: (key) => (key.startsWith(lost) ? Promise.reject(unreadable) : kept.get(key)),
    getMany: async (keys) =>
      (await kept.getMany(keys)).map((entry, at) => entry && told(entry, keys[at])),
    list: async (...words) => (await kept.list(...words)).map((entry) => told(entry, entry.key)),
  }
  lost = 'nothing yet'
  const adapter = storeAdapter(store)
  await adapter('Grant').upsert('g1', { jti: 'g1', accountId: 'ada', clientId: 'c' }, 60)
  await adapter('RefreshToken').upsert('r1', { jti: 'r1', grantId: 'g1' }, 60)
  lost = recordKey('RefreshToken', 'r1')
  await adapter('RefreshToken').revokeByGrantId('g1')
  assert.equal(await kept.get(lost), undefined)
  lost = indexPrefix('subject', 'ada')
  await assert.rejects(revokeAll(store, { subject: 'ada' }), { code: 'unreadable' })
})
