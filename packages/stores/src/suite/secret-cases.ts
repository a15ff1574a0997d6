import { type Store, StoreError } from '@lutra/core'
import type { OpenWith, SecretCase } from '../suite.ts'
import { expect, own } from './expect.ts'

const older = 'an older key of more than thirty-two bytes'
const newer = 'a newer key of more than thirty-two bytes'
const secret = { secret: true }

export const secretCases: readonly SecretCase[] = [
  secretCase('keeps them when keys change, beside what is in the clear', async (run, at) => {
    await run([older], async (store) => {
      expect(store.keepsSecrets, true, 'what an engine with keys says of secrets')
      await store.set(`${at}a`, { token: 'hunter2' }, secret)
      await store.set(`${at}b`, 'was clear')
      await store.set(`${at}c`, 'was secret', secret)
      expect(await valuesOf(store, at), [{ token: 'hunter2' }, 'was clear', 'was secret'], 'values')
    })
    await run([newer, older], async (store) => {
      expect(await valuesOf(store, at), [{ token: 'hunter2' }, 'was clear', 'was secret'], 'values')
      const held = await store.get(`${at}b`)
      const condition = { ifVersion: held?.version ?? '' }
      const version = await store.set(`${at}b`, 'now secret', { ...secret, ...condition })
      expect(typeof version, 'string', 'the version of a secret in place of what was clear')
      expect(
        await store.set(`${at}b`, 'late', { ...secret, ...condition }),
        undefined,
        'a late one',
      )
      await store.set(`${at}c`, 'now clear')
      for (const odd of [undefined, 1n]) {
        expect(await codeOf(() => store.set(`${at}a`, odd, secret)), 'invalid', 'an odd secret')
      }
      const large = 'x'.repeat(1024 * 1024)
      await store.set(`${at}large`, large, secret)
      expect((await store.get(`${at}large`))?.value === large, true, 'a large secret')
      await store.delete(`${at}large`)
    })
    await run([newer], async (store) => {
      const [gone, ...others] = await store.list(at)
      expect(gone?.unreadable?.code, 'unreadable', 'a secret of a key that is gone')
      const values = others.map(({ value }) => value)
      expect(values, ['now secret', 'now clear'], 'what was written since')
    })
  }),
  secretCase('tells of one that it cannot read, and of all others', async (run, at) => {
    const places = ['a', 'b', 'c'].map((name) => at + name)
    const [first = '', lost = '', last = ''] = places
    await run([older], (store) => store.set(lost, 'hunter2', secret))
    await run([newer], async (store) => {
      await store.set(first, 1)
      await store.set(last, 3, secret)
      await expectLost(store, at)
      const [found] = await store.getMany([lost])
      const condition = { ifVersion: found?.version ?? '' }
      expect(await store.set(lost, 2, { ifVersion: null }), undefined, 'a write where one is')
      expect(typeof (await store.set(lost, 2, condition)), 'string', 'a write over it')
      expect(await valuesOf(store, at), [1, 2, 3], 'values')
      expect(await store.delete(first), true, 'a deletion')
    })
    await run(undefined, async (store) => {
      expect(store.keepsSecrets === true, false, 'what an engine without keys says of secrets')
      expect(await codeOf(() => store.get(last)), 'unreadable', 'get without keys')
      expect((await store.getMany([lost, last]))[0]?.value, 2, 'what is in the clear')
      expect(await codeOf(() => store.set(first, 1, secret)), 'invalid', 'a secret without keys')
      expect(await store.get(first), undefined, 'what was refused')
      expect(await store.delete(last), true, 'a deletion of what cannot be read')
    })
  }),
]

/** The second of three entries cannot be read: it says so wherever it is looked for, and the others are there. */
async function expectLost(store: Store, at: string): Promise<void> {
  expect(await codeOf(() => store.get(`${at}b`)), 'unreadable', 'get')
  const many = await store.getMany([`${at}c`, `${at}b`, `${at}none`, `${at}a`])
  const toldOf = (entries: typeof many) =>
    entries.map((one) => one && (one.unreadable?.code ?? one.value))
  expect(toldOf(many), [3, 'unreadable', undefined, 1], 'getMany')
  expect(many[1]?.value, undefined, 'its value')
  expect(typeof many[1]?.version, 'string', 'its version')
  const listed = await store.list(at)
  expect(toldOf(listed), [1, 'unreadable', 3], 'list')
  expect(listed[1]?.key, `${at}b`, 'its key')
  expect((await store.list(at, { limit: 2 })).length, 2, 'a page with it')
  if (JSON.stringify(listed).includes('hunter2')) throw new Error('A secret is told')
}

type Run = (
  keys: readonly string[] | undefined,
  use: (store: Store) => Promise<unknown>,
) => Promise<void>

/** Runs with a folder of its own, which is empty afterwards; opens the engine once at a time. */
function secretCase(name: string, use: (run: Run, at: string) => Promise<void>): SecretCase {
  return {
    name: `secrets: ${name}`,
    async run(open) {
      const at = own('secrets')
      const run = running(open)
      try {
        await use(run, at)
      } finally {
        await run([newer], (store) => clear(store, at)).catch(() => {})
      }
    },
  }
}

function running(open: OpenWith): Run {
  return async (keys, use) => {
    const engine = await open(keys)
    try {
      await use(engine.store)
    } finally {
      await engine.close()
    }
  }
}

async function clear(store: Store, at: string): Promise<void> {
  for (const { key } of await store.list(at)) await store.delete(key)
}

async function valuesOf(store: Store, at: string): Promise<unknown[]> {
  return (await store.list(at)).map(({ value }) => value)
}

async function codeOf(attempt: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt()
    return undefined
  } catch (error) {
    return error instanceof StoreError ? error.code : String(error)
  }
}
