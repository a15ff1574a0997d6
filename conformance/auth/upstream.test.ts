/** Our authorization server leaves the sign-in to another provider, which is plain `oidc-provider`, and asks for consent itself. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { upstream } from '@lutra/auth-server'
import { connect } from '@lutra/client/connect'
import { skipWithoutChromium } from '../../scripts/chromium.ts'
import { byPerson } from './by-person.ts'
import { registerByHand } from './oauth-by-hand.ts'
import { type Oidc, startOidc } from './oidc.ts'
import { type Ours, startOurs } from './ours.ts'
import { startBrowser, startPerson } from './person.ts'

const program = { client_id: 'auth-server', client_secret: 'known to our authorization server' }

describe('a sign-in elsewhere', { skip: skipWithoutChromium() }, () => {
  let browser: Awaited<ReturnType<typeof startBrowser>>
  let oidc: Oidc
  let ours: Ours
  before(async () => {
    browser = await startBrowser()
    ours = await startOurs(async (issuer) => {
      const redirect_uris = [`${issuer}/callback`]
      const client = { ...program, redirect_uris, application_type: 'native' } as const
      oidc = await startOidc({ clients: [client] })
      const { client_id: clientId, client_secret: clientSecret } = program
      return { signIn: upstream({ issuer: oidc.issuer, clientId, clientSecret }) }
    })
  })
  after(async () => {
    await browser.close()
    await ours[Symbol.asyncDispose]()
    await oidc[Symbol.asyncDispose]()
  })

  test('[AUTH-51] consent comes first, then the other provider, and then the client is in', async () => {
    await using person = await startPerson(browser)
    const auth = byPerson(person, {}, { through: [oidc.issuer] })
    await using client = await connect(ours.server.url, { auth })
    const { data } = await client.callTool('whoami')
    assert.deepEqual(data, { subject: `${oidc.issuer}|ada`, scopes: ['notes:read'] })
    assert.deepEqual(person.seen, ['Let Lutra in?', 'Sign in', 'Allow?'])
    const [asked] = oidc.authorizations
    assert.equal(asked?.get('code_challenge_method'), 'S256')
    assert.ok(asked?.get('state') && asked.get('nonce'))
  })

  test('[AUTH-51] that the other provider knows the person and this server lets no other client in unasked', async () => {
    await using person = await startPerson(browser)
    const through = [oidc.issuer]
    await using client = await connect(ours.server.url, {
      auth: byPerson(person, {}, { through }),
    })
    await client.callTool('whoami')
    const evil = await registerByHand({
      issuer: ours.issuer,
      resource: ours.server.url,
      name: 'Evil',
      redirectUri: 'http://127.0.0.1:9/evil',
    })
    const before = oidc.authorizations.length
    const page = await person.context.newPage()
    await page.goto(evil.page().href)
    // It stops at the page which says who asks: nothing was sent anywhere yet.
    assert.equal(new URL(page.url()).origin, ours.issuer)
    assert.match((await page.locator('h1').textContent()) ?? '', /Evil/)
    assert.equal(oidc.authorizations.length, before)
    const cookies = await person.context.cookies(ours.issuer)
    for (const { httpOnly, sameSite } of cookies) {
      assert.ok(httpOnly)
      assert.equal(sameSite, 'Lax')
    }
  })

  test('[AUTH-51] the way back from the other provider is good once, and for this browser', async () => {
    await using person = await startPerson(browser)
    const ways: string[] = []
    person.context.on('request', (request) => {
      if (request.url().startsWith(`${ours.issuer}/callback`)) ways.push(request.url())
    })
    const auth = byPerson(person, {}, { through: [oidc.issuer] })
    await using client = await connect(ours.server.url, { auth })
    await client.callTool('whoami')
    const [way = ''] = ways
    assert.match(way, /[?&]state=/)
    await using thief = await startPerson(browser)
    for (const one of [person, thief]) {
      const page = await one.context.newPage()
      const response = await page.goto(way)
      assert.ok((response?.status() ?? 0) >= 400, String(response?.status()))
      assert.equal(new URL(page.url()).origin, ours.issuer)
    }
  })

  test('who says no at the other provider, or comes from nowhere, comes back with nothing', async () => {
    await using person = await startPerson(browser)
    const client = await registerByHand({ issuer: ours.issuer, resource: ours.server.url })
    const page = await person.context.newPage()
    await page.goto(client.page().href)
    await page.locator('button[value^="allow"]').click()
    await page.getByLabel('Name').waitFor()
    const back = page.waitForRequest((request) => request.url().startsWith(client.redirectUri))
    await page.getByLabel('Name').fill('ada')
    await page.locator('button').first().click()
    await page.locator('button[value="deny"]').click()
    const { searchParams } = new URL((await back).url())
    assert.ok(searchParams.get('error'))
    assert.equal(searchParams.get('iss'), ours.issuer)
    assert.equal(searchParams.get('code'), null)
    const forged = `${ours.issuer}/callback?code=guessed&state=guessed&iss=${oidc.issuer}`
    const fresh = await person.context.newPage()
    const response = await fresh.goto(forged)
    assert.ok((response?.status() ?? 0) >= 400)
  })
})
