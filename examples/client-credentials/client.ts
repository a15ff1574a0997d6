import assert from 'node:assert/strict'
import { AuthError, clientCredentials } from '@lutra/client/auth'
import { connect } from '@lutra/client/connect'
import { exportJWK, exportPKCS8, generateKeyPair } from 'jose'
import { byToken } from './given.ts'
import { byKey, bySecret, byVault, vaultOf } from './ways.ts'
import { startWorld } from './world.ts'

const secret = 'what only the robot and the authorization server know'
const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
const key = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }
await using world = await startWorld({
  clients: [
    { id: 'report-robot', secret, grants: ['client_credentials'] },
    { id: 'backup-robot', jwks: { keys: [key] }, grants: ['client_credentials'] },
  ],
})
const { url, issuer } = world

// 1. A secret.
{
  // #region connect
  await using client = await connect(url, { auth: bySecret(secret, issuer) })
  const { data } = await client.callTool('whoami')
  // #endregion
  console.log(data)
  assert.deepEqual(data, { subject: 'report-robot', client: 'report-robot' })

  // A tool that takes another scope: it is asked for when the server says so.
  assert.equal((await client.callTool('write')).text, 'Written')
}

// 2. A private key, or whoever signs with it.
for (const auth of [byKey(await exportPKCS8(privateKey)), byVault(vaultOf(privateKey))]) {
  await using client = await connect(url, { auth })
  const { data } = await client.callTool('whoami')
  assert.deepEqual(data, { subject: 'backup-robot', client: 'backup-robot' })
}

// 3. A token that something else fetches, and fetches anew when the server refuses it.
{
  const asked: boolean[] = []
  const auth = byToken(async ({ fresh }) => {
    asked.push(fresh)
    return fresh ? fetchToken() : 'one-that-has-expired'
  })
  await using client = await connect(url, { auth })
  assert.equal((await client.callTool('whoami')).isError, false)
  assert.deepEqual(asked, [false, true])
}

// 4. What goes wrong says so, and shows nothing.
{
  const auth = clientCredentials({ clientId: 'report-robot', clientSecret: 'wrong', issuer })
  // #region wrong
  const error = await connect(url, { auth }).catch((thrown: unknown) => thrown)
  if (error instanceof AuthError) console.log(error.code, error.message)
  // #endregion
  assert.ok(error instanceof AuthError)
  assert.match(error.message, /invalid_client/)
}
console.log('done')

async function fetchToken(): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`report-robot:${encodeURIComponent(secret)}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource: url }),
  })
  return (await response.json()).access_token
}
