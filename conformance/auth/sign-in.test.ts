/** Our client signs a person in through a browser, at servers that `bearer()` protects. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { memoryCredentials } from '@lutra/client/auth'
import { connect } from '@lutra/client/connect'
import { skipWithoutChromium } from '../../scripts/chromium.ts'
import { byPerson } from './by-person.ts'
import { introspector, startOidc } from './oidc.ts'
import { startOurs } from './ours.ts'
import { startBrowser, startPerson } from './person.ts'
import { startProtected } from './protected.ts'
import { callWhoami, eras } from './tokens.ts'

describe('sign-in', { skip: skipWithoutChromium() }, () => {
  let browser: Awaited<ReturnType<typeof startBrowser>>
  before(async () => {
    browser = await startBrowser()
  })
  after(() => browser.close())

  for (const era of eras) {
    test(`[AUTH-11, AUTH-14, AUTH-27, AUTH-32, AUTH-33] a person signs in and agrees, and the client is in: ${era}`, async () => {
      await using oidc = await startOidc()
      await using server = await startProtected({ issuers: oidc.issuer })
      await using person = await startPerson(browser)
      await using client = await connect(server.url, { auth: byPerson(person), era })
      assert.deepEqual((await client.callTool('whoami')).data, {
        subject: 'ada',
        scopes: ['notes:read'],
      })
      assert.deepEqual(person.seen, ['Sign in', 'Allow?'])
      await person.rest()
      assert.match(person.ended[0] ?? '', /You can close this page/)
      assert.equal(client.connection.era, era)
      assert.equal(oidc.registrations[0]?.['application_type'], 'native')
      const [asked] = oidc.authorizations
      assert.equal(asked?.get('code_challenge_method'), 'S256')
      assert.equal(asked?.get('resource'), server.url)
      assert.equal(oidc.tokenRequests[0]?.resource, server.url)
      await client.callTool('whoami')
      assert.equal(oidc.tokenRequests.length, 1)
    })

    test(`[AUTH-35, AUTH-48] one tool takes more: the person is asked once more, for that and what was there: ${era}`, async () => {
      await using oidc = await startOidc()
      await using server = await startProtected({ issuers: oidc.issuer })
      await using person = await startPerson(browser)
      await using client = await connect(server.url, { auth: byPerson(person), era })
      await client.callTool('whoami')
      const before = oidc.authorizations.length
      assert.equal((await client.callTool('write')).text, 'written')
      const again = oidc.authorizations.slice(before)
      const scopes = new Set(again[0]?.get('scope')?.split(' '))
      // This authorization server lists the scope for refresh tokens, so that it may be asked for.
      assert.deepEqual(scopes, new Set(['notes:read', 'notes:write', 'offline_access']))
      assert.equal(oidc.registrations.length, 1)
      const { data } = await client.callTool('whoami')
      assert.deepEqual(data, { subject: 'ada', scopes: ['notes:read', 'notes:write'] })
      const forbidden = server.requests.filter(({ status }) => status === 403)
      assert.equal(forbidden.length, 1)
    })

    test(`[AUTH-46] a token that expires is renewed without anybody, by a refresh token that changes each time: ${era}`, async () => {
      await using oidc = await startOidc({ seconds: 2 })
      const clockToleranceSeconds = 0
      await using server = await startProtected({ issuers: oidc.issuer, clockToleranceSeconds })
      await using person = await startPerson(browser)
      await using client = await connect(server.url, { auth: byPerson(person), era })
      for (let round = 0; round < 3; round++) {
        const { data } = await client.callTool('whoami')
        assert.deepEqual(data, { subject: 'ada', scopes: ['notes:read'] })
        await sleep(2_100)
      }
      assert.deepEqual(person.seen, ['Sign in', 'Allow?'])
      const kinds = oidc.tokenRequests.map(({ grantType }) => grantType)
      const refreshed = kinds.filter((kind) => kind === 'refresh_token')
      assert.ok(refreshed.length >= 2, kinds.join())
      assert.ok(oidc.tokenRequests.every(({ status }) => status === 200))
      assert.ok(oidc.tokenRequests.every(({ resource }) => resource === server.url))
    })

    test(`what was revoked leads to a new sign-in, clean and once: ${era}`, async () => {
      await using oidc = await startOidc({ tokens: 'opaque' })
      const introspection = {
        issuer: oidc.issuer,
        endpoint: `${oidc.issuer}/token/introspection`,
        clientId: introspector.client_id,
        clientSecret: introspector.client_secret,
      }
      await using server = await startProtected({ introspection, cache: { seconds: 0 } })
      await using person = await startPerson(browser)
      const store = memoryCredentials()
      await using client = await connect(server.url, { auth: byPerson(person, { store }), era })
      await client.callTool('whoami')
      oidc.revokeAll()
      const { data } = await client.callTool('whoami')
      assert.deepEqual(data, { subject: 'ada', scopes: ['notes:read'] })
      assert.deepEqual(person.seen, ['Sign in', 'Allow?', 'Sign in', 'Allow?'])
      const refused = oidc.tokenRequests.filter(({ status }) => status !== 200)
      assert.deepEqual(
        refused.map(({ grantType }) => grantType),
        ['refresh_token'],
      )
    })
  }

  test('a person who says no is told so, and is not asked again and again', async () => {
    await using oidc = await startOidc()
    await using server = await startProtected({ issuers: oidc.issuer })
    await using person = await startPerson(browser)
    const auth = byPerson(person, {}, { answer: 'deny' })
    await assert.rejects(connect(server.url, { auth }), (error: Error) => {
      assert.match(`${error.message} ${String(error.cause)}`, /denied|said no/i)
      return true
    })
    assert.equal(oidc.authorizations.length, 1)
  })

  test('[AUTH-05] a token for one server opens no other, and the client has one for each', async () => {
    await using oidc = await startOidc()
    await using one = await startProtected({ issuers: oidc.issuer })
    await using other = await startProtected({ issuers: oidc.issuer })
    await using person = await startPerson(browser)
    const store = memoryCredentials()
    const auth = byPerson(person, { store })
    await using first = await connect(one.url, { auth })
    await using second = await connect(other.url, { auth })
    await first.callTool('whoami')
    await second.callTool('whoami')
    const tokens = (seen: typeof one.requests) =>
      new Set(seen.flatMap(({ authorization }) => authorization ?? []))
    const [at, there] = [tokens(one.requests), tokens(other.requests)]
    assert.ok(at.size > 0 && there.size > 0)
    for (const token of at) assert.ok(!there.has(token))
    // One registration serves both, as it is one authorization server.
    assert.equal(oidc.registrations.length, 1)
  })

  test('at our authorization server in development mode: one click, a scope more, and out', async () => {
    await using ours = await startOurs({ lifetimes: { accessToken: 3 } })
    await using person = await startPerson(browser)
    await using client = await connect(ours.server.url, { auth: byPerson(person) })
    const { data } = await client.callTool('whoami')
    assert.deepEqual(data, { subject: 'ada', scopes: ['notes:read'] })
    assert.equal(person.seen.length, 1)
    assert.equal((await client.callTool('write')).text, 'written')
    assert.equal(person.seen.length, 2)
    assert.ok((await ours.auth.revoke({ subject: 'ada' })) >= 1)
    await sleep(4_000)
    assert.equal((await client.callTool('write')).text, 'written')
    assert.equal(person.seen.length, 3)
  })

  for (const era of eras) {
    test(`[EXT-17] a token that is bound to the key of the client is worth nothing to a thief: ${era}`, async () => {
      await using ours = await startOurs({ dpop: { requireNonce: true } })
      await using person = await startPerson(browser)
      const auth = byPerson(person, { dpop: true })
      await using client = await connect(ours.server.url, { auth, era })
      const { data } = await client.callTool('whoami')
      assert.deepEqual(data, { subject: 'ada', scopes: ['notes:read'] })
      const sent = ours.server.requests.flatMap(({ authorization }) => authorization ?? [])
      assert.ok(sent.length > 0 && sent.every((one) => one.startsWith('DPoP ')))
      const token = sent[0]?.slice('DPoP '.length) ?? ''
      const stolen = await callWhoami(ours.server.url, { authorization: `Bearer ${token}` }, era)
      assert.equal(stolen.status, 401)
    })
  }
})
