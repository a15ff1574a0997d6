import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPostgres } from '@lutra/stores/postgres'
import * as oauth from 'oauth4webapi'
import {
  authorize,
  callback,
  cli,
  discover,
  exchange,
  insecure,
  refresh,
} from './testing/client.test.ts'
import { start } from './testing/start.test.ts'

test('[AUTH-45] on a database, instances race safely and nothing that lets somebody in is readable', async () => {
  const engine = await openPostgres('memory:', { keys: ['a key of at least thirty-two bytes!'] })
  const { store } = engine
  const written: string[] = []
  const watched = {
    ...store,
    set: async (...args: Parameters<typeof store.set>) => {
      if (!args[2]?.secret) written.push(JSON.stringify(args))
      return store.set(...args)
    },
  }
  const [one, two] = [
    await start({ clients: [cli], store: watched }),
    await start({ clients: [cli], store: watched }),
  ]
  try {
    const at = await discover(one.issuer)
    const elsewhere = { ...at, token_endpoint: `${two.issuer}/token` }
    const code = await authorize(at)
    const client = { client_id: 'cli' }
    const parameters = oauth.validateAuthResponse(
      at,
      client,
      code.back ?? new URL(one.issuer),
      'some-state',
    )
    const none = oauth.None()
    const ask = (server: oauth.AuthorizationServer) =>
      oauth.authorizationCodeGrantRequest(
        server,
        client,
        none,
        parameters,
        callback,
        code.verifier,
        insecure,
      )
    const race = await Promise.all([ask(at), ask(elsewhere), ask(at)])
    assert.deepEqual(race.map(({ status }) => status).sort(), [200, 400, 400])
    const tokens = await exchange(at, await authorize(at))
    const renewed = await refresh(elsewhere, tokens.refresh_token ?? '')
    assert.equal(await one.auth.revoke({ subject: 'test-user' }), 1)
    await assert.rejects(refresh(at, renewed.refresh_token ?? ''))
    const clear = written.join('\n')
    const secrets = [
      code.back?.searchParams.get('code'),
      tokens.refresh_token,
      renewed.refresh_token,
      code.verifier,
      'test-user',
      '"d":',
    ]
    for (const secret of secrets) assert.equal(clear.includes(secret ?? 'missing'), false)
  } finally {
    await Promise.all([one.close(), two.close()])
    await engine.close()
  }
})
