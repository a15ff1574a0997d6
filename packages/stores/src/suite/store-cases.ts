import { type Store, StoreError } from '@lutra/core'
import type { EngineCase } from '../suite.ts'
import { expect, own, pause } from './expect.ts'

/** Runs with a folder of its own, which is empty before and after. */
function storeCase(
  name: string,
  run: (store: Store, at: string, other: Store) => Promise<void>,
): EngineCase {
  return {
    name: `store: ${name}`,
    async run({ one, two }) {
      const at = own('store')
      try {
        await run(one.store, at, two.store)
      } catch (error) {
        // What was found first says more than that nothing can be removed either.
        await clear(one.store, at).catch(() => {})
        throw error
      }
      await clear(one.store, at)
    },
  }
}

async function clear(store: Store, at: string): Promise<void> {
  const left = await store.list(at, { limit: 10_000 })
  await Promise.all(left.map(({ key }) => store.delete(key)))
}

/** The code of the `StoreError` that something fails with. */
async function codeOf(attempt: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt()
    return undefined
  } catch (error) {
    return error instanceof StoreError ? error.code : String(error)
  }
}

const values: readonly unknown[] = [
  null,
  false,
  0,
  -1.5e300,
  '',
  'é\u0000\ud83d\ude00',
  [],
  {},
  { z: 1, a: [{ deep: [null] }], constructor: 1 },
]

export const storeCases: readonly EngineCase[] = [
  storeCase('gives back what was stored, whoever asks', async (store, at, other) => {
    expect(await store.get(`${at}none`), undefined, 'a key that nobody set')
    for (const [index, value] of values.entries()) {
      const version = await store.set(`${at}${index}`, value)
      expect((await other.get(`${at}${index}`))?.value, value, 'a value')
      expect((await other.get(`${at}${index}`))?.version, version, 'its version')
    }
  }),
  storeCase('keeps nothing of what the caller changes afterwards', async (store, at) => {
    const value = { list: [1] }
    await store.set(`${at}k`, value)
    value.list.push(2)
    expect((await store.get(`${at}k`))?.value, { list: [1] }, 'the value')
  }),
  storeCase('gives every write a version of its own, also after a deletion', async (store, at) => {
    const seen = new Set<string | undefined>()
    for (let count = 0; count < 10; count++) {
      seen.add(await store.set(`${at}k`, count))
      if (count % 3 === 0) await store.delete(`${at}k`)
    }
    expect(seen.size, 10, 'versions')
    expect(seen.has(undefined), false, 'a write without a version')
  }),
  storeCase('writes over the version that was named, and over no other', async (store, at) => {
    const first = await store.set(`${at}k`, 1, { ifVersion: null })
    expect(typeof first, 'string', 'the version of a first write')
    expect(await store.set(`${at}k`, 2, { ifVersion: null }), undefined, 'a write over a value')
    const second = await store.set(`${at}k`, 2, { ifVersion: first ?? '' })
    expect(typeof second, 'string', 'the version of a second write')
    expect(await store.set(`${at}k`, 3, { ifVersion: first ?? '' }), undefined, 'an old version')
    for (const odd of ['', 'x', '-1', '1e3', '9'.repeat(40)]) {
      expect(await store.set(`${at}k`, 3, { ifVersion: odd }), undefined, `the version ${odd}`)
      expect(await store.set(`${at}new`, 3, { ifVersion: odd }), undefined, 'a missing key')
    }
    expect((await store.get(`${at}k`))?.value, 2, 'the value')
  }),
  storeCase('lets one of many win a race, across processes', async (store, at, other) => {
    const version = (await store.set(`${at}k`, 'start')) ?? ''
    const race = (ifVersion: string | null, key: string) =>
      Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 ? store : other).set(key, index, { ifVersion }),
        ),
      )
    for (const [ifVersion, key] of [
      [version, `${at}k`],
      [null, `${at}fresh`],
    ] as const) {
      const won = (await race(ifVersion, key)).filter((one) => one !== undefined)
      expect(won.length, 1, 'winners')
      expect((await store.get(key))?.version, won[0], 'the version that is there')
    }
  }),
  storeCase('deletes, once, and only the version that was named', async (store, at, other) => {
    const version = await store.set(`${at}k`, 1)
    expect(await store.delete(`${at}k`, { ifVersion: '1e9' }), false, 'another version')
    const gone = await Promise.all([
      store.delete(`${at}k`, { ifVersion: version ?? '' }),
      other.delete(`${at}k`),
    ])
    expect(gone.filter(Boolean).length, 1, 'deletions')
    expect(await other.get(`${at}k`), undefined, 'what was deleted')
    expect(await store.delete(`${at}k`), false, 'a second deletion')
  }),
  storeCase('forgets what has expired, in every way of looking', async (store, at, other) => {
    const version = await store.set(`${at}short`, 1, { ttlMs: 60 })
    await store.set(`${at}long`, 1, { ttlMs: 600_000 })
    await store.set(`${at}renewed`, 1, { ttlMs: 60 })
    await store.set(`${at}renewed`, 2)
    expect((await other.get(`${at}long`))?.value, 1, 'what has not expired')
    await pause(150)
    expect(await other.get(`${at}short`), undefined, 'get')
    expect((await other.getMany([`${at}short`, `${at}long`]))[0], undefined, 'getMany')
    const keys = (await other.list(at)).map(({ key }) => key.slice(at.length))
    expect(keys, ['long', 'renewed'], 'list')
    expect(await store.delete(`${at}short`), false, 'delete')
    expect(await store.set(`${at}short`, 2, { ifVersion: version ?? '' }), undefined, 'a write')
    expect(typeof (await store.set(`${at}short`, 3, { ifVersion: null })), 'string', 'a new one')
    expect((await store.get(`${at}short`))?.value, 3, 'the new value')
  }),
  storeCase('reads many keys in their order', async (store, at) => {
    await store.set(`${at}a`, 1)
    await store.set(`${at}b`, 2)
    const read = await store.getMany([`${at}b`, `${at}none`, `${at}a`, `${at}b`])
    expect(
      read.map((entry) => entry?.value),
      [2, undefined, 1, 2],
      'values',
    )
    expect(await store.getMany([]), [], 'no keys')
  }),
  storeCase('lists by prefix in the order of code points, page by page', async (store, at) => {
    const names = [
      '',
      '!',
      '%',
      '*',
      '\\',
      '_',
      'a',
      'a/',
      'a/b',
      'a0',
      'b',
      'é',
      '\uffee',
      '\u{1f600}',
    ]
    const sorted = names.map((name) => `${at}k${name}`)
    await Promise.all(names.toReversed().map((name) => store.set(`${at}k${name}`, name)))
    await store.set(`${at}l`, 'beside')
    expect(
      (await store.list(`${at}k`)).map(({ key }) => key),
      sorted,
      'all',
    )
    const paged: string[] = []
    for (let after: string | undefined; ; ) {
      const page = await store.list(`${at}k`, {
        limit: 3,
        ...(after === undefined ? {} : { after }),
      })
      paged.push(...page.map(({ key }) => key))
      after = page.at(-1)?.key
      if (page.length < 3) break
    }
    expect(paged, sorted, 'pages')
    const under = (await store.list(`${at}ka`)).map(({ key }) => key.slice(at.length))
    expect(under, ['ka', 'ka/', 'ka/b', 'ka0'], 'a narrower prefix')
    const whole = await store.list(at.slice(0, at.indexOf('/')), { limit: 100_000 })
    expect(
      whole.filter(({ key }) => key.startsWith(`${at}k`)).map(({ key }) => key),
      sorted,
      'a wider prefix',
    )
  }),
  storeCase('takes any time to live that is one', async (store, at) => {
    await store.set(`${at}ages`, 1, { ttlMs: Number.MAX_SAFE_INTEGER })
    await store.set(`${at}none`, 1, { ttlMs: 0 })
    await store.set(`${at}less`, 1, { ttlMs: -5000 })
    await store.set(`${at}part`, 1, { ttlMs: 60_000.5 })
    await pause(20)
    const keys = (await store.list(at)).map(({ key }) => key.slice(at.length))
    expect(keys, ['ages', 'part'], 'what is kept')
    for (const ttlMs of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const refused = await codeOf(() => store.set(`${at}odd`, 1, { ttlMs }))
      expect(refused, 'invalid', `a ttlMs of ${ttlMs}`)
    }
  }),
  storeCase('takes a value of a megabyte, and refuses what is none', async (store, at) => {
    const large = 'x'.repeat(1024 * 1024)
    await store.set(`${at}large`, large)
    expect((await store.get(`${at}large`))?.value === large, true, 'a large value')
    const refused: (() => Promise<unknown>)[] = [
      () => store.set('', 1),
      () => store.set(`${at}\u0000`, 1),
      () => store.set(`${at}\ud800`, 1),
      () => store.set(at + 'k'.repeat(1025), 1),
      () => store.set(`${at}k`, undefined),
      () => store.set(`${at}k`, 1n),
    ]
    for (const [index, attempt] of refused.entries()) {
      expect(await codeOf(attempt), 'invalid', `odd write ${index}`)
    }
  }),
]
