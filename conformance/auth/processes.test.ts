/** Several processes of one user share the credentials of a file. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { fileCredentials } from '@lutra/client/auth-node'
import { connect } from '@lutra/client/connect'
import { visiting } from './visiting.ts'
import { paths, startWorld, type World } from './world.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lutra-credentials-'))
})
after(() => rm(folder, { recursive: true, force: true }))

const refreshes = (world: World) =>
  world.asked.filter(
    ({ path, form }) => path === paths.token && form.get('grant_type') === 'refresh_token',
  )

async function signIn(world: World, path: string): Promise<void> {
  await using client = await connect(world.url, {
    auth: visiting({ store: fileCredentials(path) }).auth,
  })
  await client.callTool('whoami')
}

/** Starts a process that is about to call, and lets it. */
async function startCaller(world: World, path: string) {
  const file = fileURLToPath(new URL('refresher.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', file, world.url, path], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let [said, complained] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complained += text
  })
  const ended = once(child, 'close')
  await once(child.stdout, 'data')
  return {
    child,
    async go() {
      child.stdin.write('go\n')
      const [code] = await ended
      assert.equal(code, 0, complained)
      return JSON.parse(said.split('\n').at(-2) ?? '') as { text: string; opened: number }
    },
    ended,
  }
}

test('[AUTH-46] processes that find their token refused at once send one refresh token, once', async () => {
  await using world = await startWorld()
  const path = join(folder, 'shared.json')
  await signIn(world, path)
  const callers = await Promise.all([1, 2, 3].map(() => startCaller(world, path)))
  world.tokens.clear()
  const said = await Promise.all(callers.map((caller) => caller.go()))
  for (const { text, opened } of said) {
    assert.match(text, /ada/)
    assert.equal(opened, 0, 'nobody was asked to sign in')
  }
  assert.equal(refreshes(world).length, 1)
  assert.equal(world.count(paths.authorize), 1)
})

test('a process that dies while it holds the credentials keeps nobody else out', async () => {
  await using world = await startWorld()
  const path = join(folder, 'dying.json')
  await signIn(world, path)
  const good = world.pages.get(paths.token)
  let reached = () => {}
  const refreshing = new Promise<void>((resolve) => {
    reached = resolve
  })
  // The authorization server takes its time, and the process is gone meanwhile.
  world.pages.set(paths.token, () => reached())
  world.tokens.clear()
  const dying = await startCaller(world, path)
  dying.child.stdin.write('go\n')
  await refreshing
  dying.child.kill('SIGKILL')
  await dying.ended
  if (good) world.pages.set(paths.token, good)
  const next = await startCaller(world, path)
  assert.match((await next.go()).text, /ada/)
})

test('[AUTH-45] the file is for its owner alone, and is there in whole or not at all', async () => {
  await using world = await startWorld()
  const path = join(folder, 'torn.json')
  await signIn(world, path)
  if (process.platform !== 'win32') assert.equal((await stat(path)).mode & 0o777, 0o600)
  const whole = await readFile(path, 'utf8')
  assert.match(whole, /access-/)
  // Torn in the middle of a write, by whatever means: nobody is let in by half of it, nobody is shown it,
  // and a sign-in mends it.
  for (const torn of [
    whole.slice(0, whole.length / 2),
    '',
    '{',
    '\u0000'.repeat(64),
    '[1,2]',
    'null',
  ]) {
    await writeFile(path, torn)
    const warned: string[] = []
    const store = fileCredentials(path, { warn: (message) => void warned.push(message) })
    const visit = visiting({ store })
    await using client = await connect(world.url, { auth: visit.auth })
    assert.match((await client.callTool('whoami')).text, /ada/)
    assert.equal(visit.opened.length, 1)
    assert.doesNotMatch(warned.join(), /access-|refresh-/)
  }
})
