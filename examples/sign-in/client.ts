import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { development } from '@lutra/auth-server'
import { AuthError, token } from '@lutra/client/auth'
import { browser, fileCredentials } from '@lutra/client/auth-node'
import { connect } from '@lutra/client/connect'
import { startWorld } from '../client-credentials/world.ts'
import { visit } from './person.ts'
import { app } from './web.ts'

// A protected server, and an authorization server whose test user signs in with one click.
await using world = await startWorld({ signIn: development(), registration: true })
const folder = await mkdtemp(join(tmpdir(), 'sign-in-'))
const path = join(folder, 'credentials.json')
const { url } = world
let opened = 0

/** The system's browser, in this example somebody who clicks at once. */
const open = async (page: URL) => {
  opened += 1
  return (await fetch(await visit(page))).ok
}

// 1. A person signs in: the browser opens, and the call goes on when they are back.
// #region browser
const auth = browser({ name: 'Tea timer', store: fileCredentials(path), open })
await using notes = await connect(url, { auth })
const { data } = await notes.callTool('whoami')
// #endregion
console.log(data)
assert.equal(opened, 1)

// 2. A tool that takes more asks once more, for that and what was there.
assert.equal((await notes.callTool('write')).text, 'Written')
assert.equal(opened, 2)

// 3. The next run finds what is kept, and opens nothing.
await using again = await connect(url, {
  auth: browser({ name: 'Tea timer', store: fileCredentials(path), open }),
})
assert.equal((await again.callTool('write')).text, 'Written')
assert.equal(opened, 2)

// 4. What goes wrong has a code, and says what to do.
// #region errors
try {
  await connect(url, { auth: token('a-token-of-long-ago') })
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof AuthError ? error.cause : error
  if (!(cause instanceof AuthError)) throw error
  console.log(`${cause.code}: ${cause.message}`)
}
// #endregion

// 5. A web application sends its users away, and takes them back.
const home = 'http://127.0.0.1:8766'
const web = (to: string | URL) =>
  app(new Request(to, { headers: { 'x-user': 'ada' } }), { notes: url, home })
const away = await web(`${home}/connect`)
const back = await visit(away.headers.get('location') ?? '')
assert.equal((await web(back)).headers.get('location'), `${home}/notes`)
assert.match(await (await web(`${home}/notes`)).text(), /test-user/)

await rm(folder, { recursive: true })
