import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { AuthError } from '../auth-error.ts'
import type { TokenSet } from '../credentials.ts'
import { credentialsPath } from './credentials-path.ts'
import { fileCredentials } from './file-credentials.ts'
import { withFileLock } from './file-lock.ts'

const key = { kind: 'tokens', issuer: 'https://as.example', resource: 'r' } as const
const tokens: TokenSet = { kind: 'tokens', accessToken: 'secret-token', tokenType: 'Bearer' }
const hammer = fileURLToPath(new URL('../../../test/node/hammer.ts', import.meta.url))
const posix = process.platform === 'win32' ? { skip: 'Windows has other rights' } : {}

function newPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-credentials-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'own', 'credentials.json')
}

function opened(path: string) {
  const warnings: string[] = []
  const store = fileCredentials(path, { warn: (message) => void warnings.push(message) })
  return { store, warnings }
}

function isSafe(error: unknown): boolean {
  assert.ok(error instanceof AuthError && error.code === 'store', String(error))
  assert.doesNotMatch(`${error.message} ${error.stack} ${JSON.stringify(error.cause)}`, /secret-/)
  return true
}

test('Lies where the platform keeps such things', () => {
  assert.equal(credentialsPath('linux', { XDG_CONFIG_HOME: '/x' }), '/x/lutra/credentials.json')
  assert.match(
    credentialsPath('linux', { XDG_CONFIG_HOME: 'relative' }),
    /\/\.config\/lutra\/credentials\.json$/,
  )
  assert.match(
    credentialsPath('darwin', {}),
    /Library\/Application Support\/lutra\/credentials\.json$/,
  )
  assert.match(credentialsPath('win32', {}), /AppData.Local.lutra.credentials\.json$/)
})

test('[AUTH-45] Is for its owner alone, folder and drafts and locks included', posix, async (t) => {
  const path = newPath(t)
  const before = process.umask(0)
  t.after(() => process.umask(before))
  const { store, warnings } = opened(path)
  await store.set(key, tokens)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(statSync(dirname(path)).mode & 0o777, 0o700)
  await store.exclusively(key, async () => {
    for (const name of readdirSync(dirname(path))) {
      assert.equal(statSync(join(dirname(path), name)).mode & 0o077, 0, name)
    }
  })
  assert.deepEqual(readdirSync(dirname(path)), ['credentials.json'])
  assert.deepEqual(warnings, [])
})

test('[AUTH-45] Closes a file that others could read, and says so', posix, async (t) => {
  const path = newPath(t)
  const { store, warnings } = opened(path)
  await store.set(key, tokens)
  chmodSync(path, 0o644)
  assert.equal((await store.get(key))?.accessToken, 'secret-token')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(warnings.length, 1)
  assert.match(warnings[0] ?? '', /could be read by others/)
})

test(
  '[AUTH-45] Refuses a file that others could have written, links, pipes and folders in its place',
  posix,
  async (t) => {
    const path = newPath(t)
    const { store } = opened(path)
    await store.set(key, tokens)
    chmodSync(path, 0o622)
    await assert.rejects(store.get(key), isSafe)
    await assert.rejects(store.set(key, tokens), isSafe)
    rmSync(path)
    const elsewhere = join(dirname(path), 'elsewhere')
    writeFileSync(elsewhere, '{"version":1,"credentials":[]}', { mode: 0o600 })
    symlinkSync(elsewhere, path)
    await assert.rejects(store.get(key), /symbolic link/)
    await assert.rejects(store.set(key, tokens), /symbolic link/)
    assert.equal(readFileSync(elsewhere, 'utf8'), '{"version":1,"credentials":[]}')
    rmSync(path)
    symlinkSync('/nowhere', path)
    await assert.rejects(store.set(key, tokens), isSafe)
    rmSync(path)
    mkdirSync(path)
    await assert.rejects(store.get(key), isSafe)
    rmSync(path, { recursive: true })
    const made = spawn('mkfifo', ['-m', '600', path])
    await once(made, 'close')
    await assert.rejects(store.get(key), /not a file/)
  },
)

test(
  '[AUTH-45] Refuses a folder in which anybody could put another file in its place',
  posix,
  async (t) => {
    const path = newPath(t)
    mkdirSync(dirname(path))
    chmodSync(dirname(path), 0o777)
    await assert.rejects(opened(path).store.set(key, tokens), /written to by everybody/)
    chmodSync(dirname(path), 0o1777)
    await opened(path).store.set(key, tokens)
  },
)

test('[AUTH-45] Refuses what belongs to somebody else', {
  skip: process.getuid?.() === 0 ? false : 'takes root to give files away',
}, async (t) => {
  const path = newPath(t)
  const { store } = opened(path)
  await store.set(key, tokens)
  const given = spawn('chown', ['12345', path])
  await once(given, 'close')
  await assert.rejects(store.get(key), /belongs to somebody else/)
  const folder = newPath(t)
  mkdirSync(dirname(folder))
  const away = spawn('chown', ['12345', dirname(folder)])
  await once(away, 'close')
  await assert.rejects(opened(folder).store.set(key, tokens), /belongs to somebody else/)
})

for (const [what, tear] of [
  ['torn in the middle', (text: string) => text.slice(0, text.length / 2)],
  ['empty', () => ''],
  ['full of zeros', (text: string) => '\u0000'.repeat(text.length)],
  ['of another kind', () => '{"tokens":["secret-1"]}'],
  ['no object', () => 'null'],
] as const) {
  test(`[AUTH-45] A file that is ${what} is moved aside as it is, with a warning, and nothing stops`, async (t) => {
    const path = newPath(t)
    const { store, warnings } = opened(path)
    await store.set(key, tokens)
    const torn = tear(readFileSync(path, 'utf8'))
    writeFileSync(path, torn)
    assert.deepEqual(await Promise.all([store.get(key), store.get(key), store.list()]), [
      undefined,
      undefined,
      [],
    ])
    assert.equal(warnings.length, 1)
    const aside = readdirSync(dirname(path)).find((name) => name.includes('.broken-')) ?? ''
    assert.ok(warnings[0]?.includes(aside), warnings[0])
    assert.doesNotMatch(warnings[0] ?? '', /secret-/)
    assert.equal(readFileSync(join(dirname(path), aside), 'utf8'), torn)
    assert.equal(statSync(join(dirname(path), aside)).mode & 0o777, 0o600)
    await store.set(key, tokens)
    assert.equal((await store.get(key))?.accessToken, 'secret-token')
  })
}

test('A file of a later version is left alone; records that are not known are kept', async (t) => {
  const path = newPath(t)
  const { store } = opened(path)
  await store.set(key, tokens)
  const stranger = { key: { kind: 'passkey', id: 1 }, credential: { kind: 'passkey' } }
  writeFileSync(path, JSON.stringify({ version: 1, credentials: [stranger, 7] }))
  await store.set(key, tokens)
  const { credentials } = JSON.parse(readFileSync(path, 'utf8'))
  assert.deepEqual(credentials.slice(0, 2), [stranger, 7])
  assert.equal((await store.list()).length, 1)
  const later = '{"version":2,"credentials":{"secret-1":1}}'
  writeFileSync(path, later)
  await assert.rejects(store.get(key), /later version/)
  await assert.rejects(store.set(key, tokens), isSafe)
  assert.equal(readFileSync(path, 'utf8'), later)
})

test('Where writing fails, what was there is still there, and no draft is', posix, async (t) => {
  const path = newPath(t)
  const { store } = opened(path)
  await store.set(key, tokens)
  const before = readFileSync(path, 'utf8')
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  await assert.rejects(store.set({ kind: 'key', issuer: 'i' }, { kind: 'key', jwk: circle }))
  assert.equal(readFileSync(path, 'utf8'), before)
  // Left behind by one that was killed.
  writeFileSync(`${path}.tmp`, 'secret-half')
  await store.set(key, tokens)
  assert.deepEqual(readdirSync(dirname(path)), ['credentials.json'])
})

function start(t: TestContext, ...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', hammer, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => void child.kill('SIGKILL'))
  return child
}

test('[AUTH-45] Processes that write at once lose nothing of each other', async (t) => {
  const path = newPath(t)
  const children = ['a', 'b', 'c'].map((name) => start(t, path, name))
  const { store, warnings } = opened(path)
  for (let at = 0; at < 10; at++) await store.set({ ...key, resource: `own-${at}` }, tokens)
  const codes = await Promise.all(children.map((child) => once(child, 'close')))
  assert.deepEqual(
    codes.map(([code]) => code),
    [0, 0, 0],
  )
  assert.equal((await store.list()).length, 3 * 15 + 10)
  assert.deepEqual(warnings, [])
  assert.deepEqual(readdirSync(dirname(path)), ['credentials.json'])
})

test('[AUTH-46] Processes that refresh at once do it one after the other', async (t) => {
  const path = newPath(t)
  const children = ['a', 'b', 'c'].map((name) => start(t, path, name, 'count'))
  await Promise.all(children.map((child) => once(child, 'close')))
  const shared = await fileCredentials(path).get({
    kind: 'tokens',
    issuer: 'https://shared.example',
    resource: 'r',
  })
  assert.equal(shared?.accessToken, '24')
  const lines = readFileSync(`${path}.log`, 'utf8').trim().split('\n')
  assert.equal(lines.length, 48)
  for (let at = 0; at < lines.length; at += 2) {
    assert.equal(lines[at]?.replace('in ', ''), lines[at + 1]?.replace('out ', ''))
  }
})

test(
  'A process that is killed with the lock in its hands does not lock the others out',
  posix,
  async (t) => {
    const path = newPath(t)
    const holder = start(t, path, 'x', 'hold')
    await once(holder.stdout ?? holder, 'data')
    const store = fileCredentials(path, { waitMs: 5000 })
    const shared = { kind: 'tokens', issuer: 'https://shared.example', resource: 'r' } as const
    const order: string[] = []
    const waiting = [1, 2, 3].map((one) =>
      fileCredentials(path, { waitMs: 5000 }).exclusively(shared, async () => {
        order.push(`in ${one}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
        order.push(`out ${one}`)
      }),
    )
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.equal(order.join(), '')
    holder.kill('SIGKILL')
    await Promise.all(waiting)
    assert.equal(order.length, 6)
    for (let at = 0; at < 6; at += 2) assert.equal(order[at]?.slice(3), order[at + 1]?.slice(4))
    assert.equal(await store.exclusively(shared, async () => 'in'), 'in')
    assert.deepEqual(readdirSync(dirname(path)), [])
  },
)

test('A lock of which nothing is known is waited for as long as it shows signs of life', async (t) => {
  const path = newPath(t)
  mkdirSync(dirname(path))
  const lock = `${path}.lock`
  const foreign = JSON.stringify({ id: 'x', pid: 1, place: 'another machine' })
  for (const content of [foreign, '', '{"id":']) {
    writeFileSync(lock, content)
    utimesSync(lock, 0, 0)
    const beating = setInterval(() => utimesSync(lock, new Date(), new Date()), 20)
    await assert.rejects(
      withFileLock(lock, { waitMs: 300, staleMs: 150 }, async () => 'in'),
      /too long/,
    )
    clearInterval(beating)
    assert.equal(await withFileLock(lock, { waitMs: 2000, staleMs: 150 }, async () => 'in'), 'in')
    assert.equal(existsSync(lock), false)
  }
})

test('Who lost the lock while it stood still neither writes nor takes the lock of its successor away', async (t) => {
  const path = newPath(t)
  mkdirSync(dirname(path))
  const lock = `${path}.lock`
  const successor = JSON.stringify({ id: 'successor', pid: process.pid, place: 'x' })
  await assert.rejects(
    withFileLock(lock, { waitMs: 1000 }, async (held) => {
      await held.assert()
      writeFileSync(lock, successor)
      await held.assert()
    }),
    /taken over/,
  )
  assert.equal(readFileSync(lock, 'utf8'), successor)
  assert.ok(lstatSync(lock).isFile())
})

test('Waiting for others ends with the signal, and leaves nothing behind', async (t) => {
  const path = newPath(t)
  const over = new AbortController()
  await fileCredentials(path).exclusively(key, async () => {
    const waiting = fileCredentials(path).exclusively(key, async () => 'in', {
      signal: over.signal,
    })
    setTimeout(() => over.abort(new Error('enough')), 50)
    await assert.rejects(waiting, /enough/)
  })
  assert.deepEqual(readdirSync(dirname(path)), [])
})

test('Says where credentials cannot be kept', posix, async (t) => {
  const path = newPath(t)
  writeFileSync(dirname(path), 'a file in the place of the folder')
  await assert.rejects(opened(path).store.set(key, tokens), isSafe)
  await assert.rejects(opened('/proc/nowhere/credentials.json').store.set(key, tokens), isSafe)
})
