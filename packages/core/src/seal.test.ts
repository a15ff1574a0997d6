import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromBase64Url, toBase64Url } from './base64url.ts'
import { createSeal, SealError } from './seal.ts'

const oldKey = 'an older secret of more than thirty-two bytes'
const newKey = crypto.getRandomValues(new Uint8Array(32))
const about = { context: 'test', ttlMs: 60_000 }

test('opens what it sealed, whatever JSON it is', async () => {
  const seal = createSeal([newKey])
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.string(), async (value, context) => {
      const token = await seal.seal(value, { context, ttlMs: 1000 })
      assert.match(token, /^[\w-]+$/)
      const plain = JSON.parse(JSON.stringify(value))
      assert.deepEqual(await seal.open(token, { context }), plain)
    }),
  )
})

test('[MRTR-10] every changed byte and every truncation is refused', async () => {
  const seal = createSeal([newKey])
  const token = await seal.seal({ user: 'u1', answers: [1, 2, 3] }, about)
  const bytes = fromBase64Url(token)
  assert.ok(bytes)
  for (let at = 0; at < bytes.length; at++) {
    const changed = Uint8Array.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8))
    await assert.rejects(seal.open(toBase64Url(changed), about), SealError)
  }
  for (let length = 0; length < token.length; length++) {
    await assert.rejects(seal.open(token.slice(0, length), about), SealError)
  }
  assert.ok(await seal.open(token, about))
})

test('every other text is refused, and only as a SealError', async () => {
  const seal = createSeal([newKey])
  const token = await seal.seal('secret', about)
  const edited = fc
    .tuple(fc.nat(token.length), fc.nat(4), fc.string({ maxLength: 4 }))
    .map(([at, drop, add]) => token.slice(0, at) + add + token.slice(at + drop))
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), edited), async (text) => {
      if (text === token) return
      await assert.rejects(seal.open(text, about), SealError)
    }),
    { numRuns: 2000 },
  )
})

test('a token has one text: base64 variants of it are refused', async () => {
  const seal = createSeal([newKey])
  for (const value of ['a', 'ab', 'abc']) {
    const token = await seal.seal(value, about)
    await assert.rejects(seal.open(`${token}=`, about), SealError)
    await assert.rejects(seal.open(`${token}\n`, about), SealError)
    await assert.rejects(seal.open(` ${token}`, about), SealError)
    for (const last of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      const other = token.slice(0, -1) + last
      if (other !== token) await assert.rejects(seal.open(other, about), SealError)
    }
  }
})

test('a token of another context is refused', async () => {
  const seal = createSeal([newKey])
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), async (mine, other) => {
      if (mine === other) return
      const token = await seal.seal(1, { context: mine, ttlMs: 1000 })
      await assert.rejects(seal.open(token, { context: other }), { reason: 'tampered' })
    }),
  )
})

test('a token ends when its time has come', async () => {
  let time = 1_000_000
  const seal = createSeal([newKey], { now: () => time })
  const token = await seal.seal('x', { context: 'test', ttlMs: 500 })
  time += 499
  assert.equal(await seal.open(token, about), 'x')
  time += 1
  await assert.rejects(seal.open(token, about), { name: 'SealError', reason: 'expired' })
})

test('keys rotate: the newest seals, all open, a dropped one is unknown', async () => {
  const before = createSeal([oldKey])
  const during = createSeal([newKey, oldKey])
  const after = createSeal([newKey])
  const old = await before.seal('old', about)
  const fresh = await during.seal('fresh', about)
  assert.equal(await during.open(old, about), 'old')
  assert.equal(await after.open(fresh, about), 'fresh')
  await assert.rejects(before.open(fresh, about), { reason: 'unknown-key' })
  await assert.rejects(after.open(old, about), { reason: 'unknown-key' })
})

test('without keys each seal has its own', async () => {
  const token = await createSeal().seal(1, about)
  await assert.rejects(createSeal().open(token, about), { reason: 'unknown-key' })
})

test('two seals of one value differ, and tell nothing but the length', async () => {
  const seal = createSeal([newKey])
  const [one, two] = await Promise.all([seal.seal('secret', about), seal.seal('secret', about)])
  assert.notEqual(one, two)
  assert.equal(one.length, two.length)
  assert.ok(!Buffer.from(one, 'base64url').includes('secret'))
})

test('long tokens are neither made nor read', async () => {
  const seal = createSeal([newKey], { maxLength: 100 })
  await assert.rejects(seal.seal('x'.repeat(100), about), RangeError)
  const token = await createSeal([newKey]).seal('x'.repeat(100), about)
  await assert.rejects(seal.open(token, about), { reason: 'malformed' })
})

test('weak keys and meaningless times are the mistake of a programmer', async () => {
  assert.throws(() => createSeal(['short']), /key 0 to have at least 32 bytes, it has 5/)
  assert.throws(() => createSeal([newKey, new Uint8Array(31)]), /key 1/)
  assert.throws(() => createSeal([]), TypeError)
  const seal = createSeal()
  for (const ttlMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    await assert.rejects(seal.seal(1, { context: 'test', ttlMs }), TypeError)
  }
})
