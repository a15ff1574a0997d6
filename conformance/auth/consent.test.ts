/** The pages of our authorization server, in a real browser: what a person sees, and what nobody can make them do. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { skipWithoutChromium } from '../../scripts/chromium.ts'
import { listenOnLoopback } from './loopback.ts'
import { type ByHand, register, registerByHand } from './oauth-by-hand.ts'
import { type Ours, startOurs } from './ours.ts'
import { startBrowser, startPerson } from './person.ts'

describe('consent', { skip: skipWithoutChromium() }, () => {
  let browser: Awaited<ReturnType<typeof startBrowser>>
  let landing: Awaited<ReturnType<typeof listenOnLoopback>>
  let ours: Ours
  before(async () => {
    browser = await startBrowser()
    landing = await listenOnLoopback(createServer((_, response) => response.end('<h1>Back</h1>')))
    ours = await startOurs()
  })
  after(async () => {
    await browser.close()
    await landing.close()
    await ours[Symbol.asyncDispose]()
  })
  const clientOf = (name = 'Tea timer'): Promise<ByHand> =>
    registerByHand({
      issuer: ours.issuer,
      resource: ours.server.url,
      name,
      redirectUri: `${landing.origin}/callback`,
    })

  test('[AUTH-25, AUTH-51] it names the client, where it leads back to, the server and what it could do there', async () => {
    await using person = await startPerson(browser)
    const client = await clientOf()
    const texts: string[] = []
    const back = await person.signIn(client.page({ scope: 'notes:read notes:write' }), {
      look: async (page) => void texts.push(await textOf(page)),
    })
    assert.equal(back.origin, landing.origin)
    const [text = ''] = texts
    for (const shown of [
      'Tea timer',
      client.clientId,
      new URL(landing.origin).host,
      ours.server.url,
      'Read your notes',
      'Change your notes',
      'runs on your device',
    ]) {
      assert.ok(text.includes(shown), `${shown}: ${text}`)
    }
  })

  test('a client whose name is markup is a client with a strange name', async () => {
    await using person = await startPerson(browser)
    const client = await clientOf(
      '<img src=x onerror=document.title=1>"><script>document.title=2</script>',
    )
    const page = await person.context.newPage()
    await page.goto(client.page().href)
    assert.equal(await page.locator('img, script').count(), 0)
    assert.match(await page.title(), /<img/)
    assert.match(await textOf(page), /<script>/)
  })

  test('[AUTH-40] to deny is an answer, from the issuer by name, and gives nothing', async () => {
    await using person = await startPerson(browser)
    const client = await clientOf()
    const { searchParams } = await person.signIn(client.page(), { answer: 'deny' })
    assert.equal(searchParams.get('error'), 'access_denied')
    assert.equal(searchParams.get('iss'), ours.issuer)
    assert.equal(searchParams.get('state'), 'a-state')
    assert.equal(searchParams.get('code'), null)
  })

  test('[AUTH-51] no page can show it in a frame', async () => {
    await using person = await startPerson(browser)
    const client = await clientOf()
    const html = `<iframe src="${client.page().href.replaceAll('&', '&amp;')}"></iframe>`
    const host = createServer((_, response) => {
      response.setHeader('content-type', 'text/html').end(html)
    })
    const { origin, close } = await listenOnLoopback(host)
    const page = await person.context.newPage()
    await page.goto(origin)
    await page.waitForTimeout(300)
    const frame = page.frames().find((one) => one !== page.mainFrame())
    assert.equal(await frame?.locator('button').count(), 0)
    await close()
  })

  test('[AUTH-51] each client is asked about for itself, and consent is of this browser alone', async () => {
    await using person = await startPerson(browser)
    const first = await clientOf('First')
    await person.signIn(first.page())
    const second = await clientOf('Second')
    await person.signIn(second.page())
    assert.deepEqual(person.seen, ['Let First in?', 'Let Second in?'])
    // Somebody else opens the very page that the person has before them.
    const page = await person.context.newPage()
    await page.goto((await clientOf('Third')).page().href)
    await using thief = await startPerson(browser)
    const stolen = await thief.context.newPage()
    const opened = await stolen.goto(page.url())
    assert.ok((opened?.status() ?? 0) >= 400, String(opened?.status()))
    assert.equal(await stolen.locator('button').count(), 0)
  })

  test('[AUTH-51] an answer that comes from elsewhere, or without what the page holds, is none', async () => {
    await using person = await startPerson(browser)
    const client = await clientOf()
    const page = await person.context.newPage()
    await page.goto(client.page().href)
    const target = page.url()
    const token = await page.locator('input[name=token]').getAttribute('value')
    for (const body of [
      'decision=allow%20ada',
      'token=guessed&decision=allow%20ada',
      `token=${token?.slice(0, -2)}&decision=allow%20ada`,
    ]) {
      // With the cookies of this browser.
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const init = { data: body, headers, maxRedirects: 0 }
      const status = (await person.context.request.post(target, init)).status()
      assert.equal(status, 403, body)
    }
    // Another site lets the browser post, with everything that it could have found out.
    const evil = createServer((_, response) => {
      const form = `<form method="post" action="${target}"><input name="token" value="${token}"><button name="decision" value="allow ada">Win</button></form>`
      response.setHeader('content-type', 'text/html').end(form)
    })
    const { origin, close } = await listenOnLoopback(evil)
    const other = await person.context.newPage()
    // Another site, for cookies: the same machine by another name.
    await other.goto(origin.replace('127.0.0.1', 'localhost'))
    await Promise.all([other.waitForEvent('framenavigated'), other.locator('button').click()])
    await other.waitForLoadState()
    assert.equal(new URL(other.url()).origin, ours.issuer)
    assert.doesNotMatch(await textOf(other), /Back/)
    await close()
  })

  test('[AUTH-42] nobody is sent to an address that is not registered, to the letter', async () => {
    await using person = await startPerson(browser)
    const client = await clientOf()
    const page = await person.context.newPage()
    for (const redirect_uri of [
      'https://evil.example/callback',
      `${landing.origin}/callback/`,
      `${landing.origin}/callback?more=1`,
      `${landing.origin}/callback#part`,
      `${landing.origin}/callback/../elsewhere`,
      `${landing.origin}.evil.example/callback`,
      landing.origin.replace('127.0.0.1', '127.0.0.1@evil.example'),
      'javascript:alert(1)',
      undefined,
    ]) {
      const opened = await page.goto(client.page({ redirect_uri }).href)
      assert.equal(opened?.status(), 400, String(redirect_uri))
      assert.equal(new URL(page.url()).origin, ours.issuer)
    }
  })

  test('[AUTH-41, AUTH-42] addresses that are no web pages or no secure ones are not registered', async () => {
    for (const redirect of [
      'javascript:alert(1)',
      'data:text/html,hi',
      'file:///etc/passwd',
      'http://example.com/callback',
      'http://localhost.example.com/callback',
      'https://example.com/callback#part',
      'https://user:password@example.com/callback',
      '/callback',
    ]) {
      const { status } = await register(ours.issuer, {
        client_name: 'Evil',
        redirect_uris: [redirect],
        token_endpoint_auth_method: 'none',
      })
      assert.equal(status, 400, redirect)
    }
  })

  test('[AUTH-32, AUTH-33] without PKCE by S256, or for a server that nobody knows, there is no page', async () => {
    await using person = await startPerson(browser)
    const client = await clientOf()
    for (const changes of [
      { code_challenge: undefined, code_challenge_method: undefined },
      { code_challenge_method: 'plain' },
      { resource: 'https://other.example/mcp' },
      { response_type: 'token' },
    ]) {
      const back = await person.signIn(client.page(changes))
      assert.equal(back.origin, landing.origin)
      assert.match(back.search + back.hash, /[?#&]error=/, JSON.stringify(changes))
      assert.doesNotMatch(back.search + back.hash, /code=|access_token=/)
    }
  })

  test('a code is good once, for its client, its verifier and its address; a second use ends what the first gave', async () => {
    await using person = await startPerson(browser)
    const client = await clientOf()
    const codeOf = async () => (await person.signIn(client.page())).searchParams.get('code') ?? ''
    const other = await clientOf('Another')
    for (const changes of [
      { code_verifier: other.verifier },
      { client_id: other.clientId },
      { redirect_uri: `${landing.origin}/elsewhere` },
      { resource: 'https://other.example/mcp' },
    ]) {
      const { status, body } = await client.redeem(await codeOf(), changes)
      assert.equal(status, 400, JSON.stringify(changes))
      assert.match(String(body['error']), /invalid_(grant|target)/)
    }
    const code = await codeOf()
    const first = await client.redeem(code)
    assert.equal(first.status, 200)
    const again = await client.redeem(code)
    assert.deepEqual([again.status, again.body['error']], [400, 'invalid_grant'])
    const refreshed = await client.token(refresh(client, first.body['refresh_token']))
    assert.deepEqual([refreshed.status, refreshed.body['error']], [400, 'invalid_grant'])
  })

  test('[AUTH-47] refresh tokens are rotated, and one that is used twice ends all of its family', async () => {
    await using person = await startPerson(browser)
    const client = await clientOf()
    const code = (await person.signIn(client.page())).searchParams.get('code') ?? ''
    const first = (await client.redeem(code)).body
    assert.ok(Number(first['expires_in']) <= 3_600)
    const second = await client.token(refresh(client, first['refresh_token']))
    assert.equal(second.status, 200)
    assert.notEqual(second.body['refresh_token'], first['refresh_token'])
    const stolen = await client.token(refresh(client, first['refresh_token']))
    assert.equal(stolen.body['error'], 'invalid_grant')
    const third = await client.token(refresh(client, second.body['refresh_token']))
    assert.equal(third.body['error'], 'invalid_grant')
  })
})

function refresh({ clientId }: ByHand, token: unknown): Record<string, string> {
  return { grant_type: 'refresh_token', client_id: clientId, refresh_token: String(token) }
}

async function textOf(page: Page): Promise<string> {
  return (await page.locator('body').textContent()) ?? ''
}
