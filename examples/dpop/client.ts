import assert from 'node:assert/strict'
import { clientCredentials, token } from '@lutra/client/auth'
import { connect } from '@lutra/client/connect'
import { generateKeyPair } from 'jose'
import { startWorld } from '../client-credentials/world.ts'

const secret = 'what only the robot and the authorization server know'
await using world = await startWorld(
  {
    clients: [{ id: 'robot', secret, grants: ['client_credentials'] }],
    // Proofs that are made before they are needed are no good here.
    dpop: { requireNonce: true },
  },
  { dpop: 'required' },
)
const { url, issuer } = world
const robot = { clientId: 'robot', clientSecret: secret, issuer }

// #region bound
const auth = clientCredentials(robot, { dpop: { required: true } })
await using client = await connect(url, { auth })
// #endregion
for (let n = 0; n < 3; n += 1) {
  assert.equal((await client.callTool('write')).text, 'Written')
}

// Without proofs the same program is not let in.
await assert.rejects(connect(url, { auth: clientCredentials(robot, { dpop: false }) }), (error) => {
  console.log(String(error))
  return true
})

// A token that was got elsewhere, with the key that it is bound to.
const keys = await generateKeyPair('ES256', { extractable: true })
const elsewhere = await boundToken(keys)
// #region given
const given = token(elsewhere, { dpop: keys })
await using other = await connect(url, { auth: given })
// #endregion
assert.equal((await other.callTool('whoami')).isError, false)

// Whoever finds the token has nothing without the key.
await assert.rejects(connect(url, { auth: token(elsewhere) }))
const theirs = await generateKeyPair('ES256', { extractable: true })
await assert.rejects(connect(url, { auth: token(elsewhere, { dpop: theirs }) }))
console.log('done')

async function boundToken(pair: CryptoKeyPair): Promise<string> {
  const oauth = await import('oauth4webapi')
  const plain = { [oauth.allowInsecureRequests]: true }
  const server = await oauth.processDiscoveryResponse(
    new URL(issuer),
    await oauth.discoveryRequest(new URL(issuer), { algorithm: 'oauth2', ...plain }),
  )
  const as = { client_id: robot.clientId }
  const DPoP = oauth.DPoP({}, pair)
  const ask = async () =>
    oauth.processClientCredentialsResponse(
      server,
      as,
      await oauth.clientCredentialsGrantRequest(
        server,
        as,
        oauth.ClientSecretPost(secret),
        { resource: url, scope: 'notes:read' },
        { DPoP, ...plain },
      ),
    )
  // The first attempt brings the nonce that the second one needs.
  const { access_token } = await ask().catch((error) => {
    if (oauth.isDPoPNonceError(error)) return ask()
    throw error
  })
  return access_token
}
