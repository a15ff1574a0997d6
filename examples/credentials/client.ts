import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CredentialStore, clientCredentials, storeCredentials } from '@lutra/client/auth'
import { fileCredentials, guardedFetch } from '@lutra/client/auth-node'
import { connect } from '@lutra/client/connect'
import { createMemoryStore } from '@lutra/core'
import { startWorld } from '../client-credentials/world.ts'
import { type Keychain, keychainCredentials } from './keychain.ts'

// A protected server, with an authorization server that knows a robot.
const secret = 'what only the robot and the authorization server know'
await using world = await startWorld({
  clients: [{ id: 'robot', secret, grants: ['client_credentials'] }],
})
const folder = await mkdtemp(join(tmpdir(), 'credentials-'))
process.env['XDG_CONFIG_HOME'] = folder

async function whoami(store: CredentialStore): Promise<void> {
  const auth = clientCredentials(
    { clientId: 'robot', clientSecret: secret, issuer: world.issuer },
    { store },
  )
  await using client = await connect(world.url, { auth })
  assert.equal((await client.callTool('whoami')).isError, false)
}

// 1. A file: where the platform keeps such things, or where you say.
// #region file
const own = fileCredentials(join(folder, 'tea', 'credentials.json'), {
  warn: (message) => console.error(message),
})
// #endregion
await whoami(own)
assert.equal((await stat(join(folder, 'tea', 'credentials.json'))).mode & 0o077, 0)
assert.deepEqual(await readdir(join(folder, 'tea')), ['credentials.json'])

// 2. A store, which many users share: each has a prefix of their own.
const store = createMemoryStore()
// #region store
const ofUser = (user: string) => storeCredentials(store, { prefix: `credentials/${user}/` })
// #endregion
await whoami(ofUser('ada'))
assert.ok((await ofUser('ada').list()).length > 0)
assert.deepEqual(await ofUser('bob').list(), [])

// 3. A keychain, or whatever else there is: five functions.
const secrets = new Map<string, string>()
const keychain: Keychain = {
  read: async (name) => secrets.get(name),
  write: async (name, text) => void secrets.set(name, text),
  remove: async (name) => secrets.delete(name),
  names: async () => [...secrets.keys()],
}
await whoami(keychainCredentials(keychain))
assert.ok(secrets.size > 0)

// 4. The guard on what servers name, for requests of your own.
// #region guard
const fetch = guardedFetch({ allowHosts: ['sso.corp.example'], maxBytes: 64 * 1024 })
// #endregion
for (const url of ['http://example.com/', 'https://169.254.169.254/', 'https://127.1/']) {
  await assert.rejects(fetch(url), (error) => {
    console.log(String(error))
    return true
  })
}

await rm(folder, { recursive: true })
console.log('done')
