import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileCredentials } from './file-credentials.ts'
import { withFileLock } from './file-lock.ts'
import { writePrivateFile } from './private-file.ts'

const key = { kind: 'tokens', issuer: 'https://as.example', resource: 'r' } as const
const tokens = { kind: 'tokens', accessToken: 'secret-token', tokenType: 'Bearer' } as const

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-lock-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('waiting within a process ends with the signal, too, and the turns of others are not mixed up', async (t) => {
  const store = fileCredentials(join(newFolder(t), 'credentials.json'))
  const over = new AbortController()
  const order: string[] = []
  let leave = () => {}
  const first = store.exclusively(key, async () => {
    order.push('first in')
    await new Promise<void>((resolve) => {
      leave = resolve
    })
    order.push('first out')
  })
  const second = store.exclusively(key, async () => order.push('second'), { signal: over.signal })
  const third = store.exclusively(key, async () => order.push('third'))
  over.abort(new Error('enough'))
  await assert.rejects(second, /enough/)
  while (order.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  leave()
  await Promise.all([first, third])
  assert.deepEqual(order, ['first in', 'first out', 'third'])
})

test('what work has come to is not lost where its lock cannot be taken away', async (t) => {
  const lock = join(newFolder(t), 'lock')
  const done = await withFileLock(lock, { waitMs: 100 }, async () => {
    const { id, ...rest } = JSON.parse(String(readFileSync(lock)))
    rmSync(lock)
    // Something in its place that says the same and is not removed as a file.
    mkdirSync(lock)
    return { id: typeof id, rest: Object.keys(rest) }
  })
  assert.deepEqual(done, { id: 'string', rest: ['pid', 'place'] })
})

test('what is no file is not waited for as a lock', async (t) => {
  const lock = join(newFolder(t), 'lock')
  mkdirSync(lock)
  await assert.rejects(
    withFileLock(lock, { waitMs: 60_000 }, async () => {}),
    /not a file/,
  )
})

test('who lost the lock over a draft leaves that of its successor alone', async (t) => {
  const path = join(newFolder(t), 'credentials.json')
  const overtaken = writePrivateFile(path, 'mine', async () => {
    rmSync(`${path}.tmp`)
    writeFileSync(`${path}.tmp`, 'theirs')
    throw new Error('The lock was taken over')
  })
  await assert.rejects(overtaken, /taken over/)
  assert.equal(existsSync(`${path}.tmp`), true)
})

test('a full disk is said to be one, and leaves no lock that others would wait for', {
  skip: process.platform !== 'linux' || process.getuid?.() !== 0 ? 'takes root on Linux' : false,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-full-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return t.skip('may not mount')
  }
  t.after(() => {
    execFileSync('umount', [folder])
    rmSync(folder, { recursive: true })
  })
  const path = join(folder, 'credentials.json')
  const store = fileCredentials(path, { warn() {}, waitMs: 2000 })
  await store.set(key, tokens)
  const filler = join(folder, 'filler')
  const fill = (bytes: number) => writeFileSync(filler, Buffer.alloc(bytes))
  assert.throws(() => fill(64 * 1024), { code: 'ENOSPC' })
  await assert.rejects(store.set(key, { ...tokens, accessToken: 'secret-new' }), {
    name: 'AuthError',
    code: 'store',
    message: /no space left/,
  })
  await assert.rejects(
    store.exclusively(key, async () => {}),
    { code: 'store' },
  )
  assert.deepEqual(readdirSync(folder).toSorted(), ['credentials.json', 'filler'])
  assert.equal((await store.get(key))?.accessToken, 'secret-token')
  rmSync(filler)
  await store.set(key, { ...tokens, accessToken: 'secret-new' })
  assert.equal((await store.get(key))?.accessToken, 'secret-new')
})
