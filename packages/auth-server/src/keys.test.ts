import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore } from '@lutra/core'
import { givenKeys, openKeys } from './keys.ts'

test('instances that start at once have the same keys', async () => {
  const store = createMemoryStore()
  const [one, two] = await Promise.all([openKeys(store).current(), openKeys(store).current()])
  assert.equal(one.signer().kid, two.signer().kid)
  assert.deepEqual(one.cookies, two.cookies)
})

test('[EXT-14] a new key is published before it signs, and the old one while its tokens may live', async () => {
  let time = 1_000_000
  const store = createMemoryStore()
  const ring = openKeys(store, () => time)
  const old = (await ring.current()).signer()
  await ring.rotate()
  const after = await ring.current()
  assert.equal(after.signer().kid, old.kid)
  assert.equal(after.signing.length, 2)
  time += 90_000
  assert.notEqual((await ring.current()).signer().kid, old.kid)
  time += 25 * 3_600_000
  await ring.rotate()
  await ring.rotate()
  const kids = (await ring.current()).signing.map(({ kid }) => kid)
  assert.equal(kids.includes(old.kid), false)
})

test('keys that were given are used, and refused where they cannot sign', async () => {
  const store = createMemoryStore()
  const jwk = (await openKeys(store).current()).signer()
  const cookies = ['x'.repeat(32)]
  assert.equal((await givenKeys({ signing: [jwk], cookies }).current()).signer().n, jwk.n)
  assert.throws(
    () => givenKeys({ signing: [{ kty: 'RSA', n: 'x', e: 'AQAB' }], cookies }),
    /private/,
  )
  assert.throws(() => givenKeys({ signing: [jwk], cookies: ['short'] }), /32/)
})
