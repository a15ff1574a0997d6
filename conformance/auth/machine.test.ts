/** A program gets in by credentials of its own at our authorization server, from the challenge to the renewal. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { clientCredentials } from '@lutra/client/auth'
import { connect } from '@lutra/client/connect'
import { exportJWK, exportPKCS8, generateKeyPair } from 'jose'
import { startOurs } from './ours.ts'
import { eras } from './tokens.ts'

const grants = ['client_credentials']

for (const era of eras) {
  test(`[EXT-01, EXT-02, EXT-03, EXT-06] a program with a secret or a key is let in without anybody, and renews: ${era}`, async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid: 'nightly', alg: 'ES256', use: 'sig' }
    const secret = 'a secret that is long enough to be one'
    await using ours = await startOurs({
      registration: false,
      lifetimes: { accessToken: 2 },
      clients: [
        { id: 'by-secret', secret, grants },
        { id: 'by-key', jwks: { keys: [jwk] }, grants },
      ],
    })
    const ways = {
      'by-secret': clientCredentials({ clientId: 'by-secret', clientSecret: secret }),
      'by-key': clientCredentials({
        clientId: 'by-key',
        privateKey: await exportPKCS8(privateKey),
        algorithm: 'ES256',
        keyId: 'nightly',
      }),
    }
    for (const [id, auth] of Object.entries(ways)) {
      await using client = await connect(ours.server.url, { auth, era })
      const first = await client.callTool('whoami')
      assert.deepEqual(first.data, { subject: id, scopes: ['notes:read'] })
      await sleep(2_200)
      assert.deepEqual((await client.callTool('whoami')).data, first.data)
    }
    const posted = new Set(ours.asked.filter((asked) => !asked.includes('/.well-known/')))
    assert.deepEqual(posted, new Set(['POST /token', 'GET /jwks']))
    assert.ok(ours.asked.filter((asked) => asked === 'POST /token').length >= 4)
    const used = ours.server.requests.flatMap(({ authorization }) => authorization ?? [])
    assert.ok(used.every((one) => one.startsWith('Bearer ')))
  })
}
