import assert from 'node:assert/strict'
import { request as send } from 'node:http'
import { test } from 'node:test'
import { createMemoryStore } from '@lutra/core'
import * as oauth from 'oauth4webapi'
import { type AuthServerOptions, createAuthServer, development, type User } from './index.ts'
import { authorizationUrl, authorize, cli, discover, exchange } from './testing/client.test.ts'
import { createBrowser, follow, formToken, openConsent, start } from './testing/start.test.ts'

const web = {
  id: 'web',
  name: 'Web app',
  secret: 'a secret of the web app',
  redirectUris: ['https://app.example.com/callback'],
}
const atWeb = { clientId: 'web', redirectUri: 'https://app.example.com/callback' }

async function serving(
  run: (server: oauth.AuthorizationServer) => Promise<void>,
  options: Partial<AuthServerOptions> = {},
): Promise<void> {
  const { issuer, close } = await start({ clients: [cli, web], ...options })
  try {
    await run(await discover(issuer))
  } finally {
    await close()
  }
}

async function opened(server: oauth.AuthorizationServer, asking = {}, browser = createBrowser()) {
  const { url, verifier } = await authorizationUrl(server, asking)
  return { browser, verifier, ...(await openConsent(browser, url)) }
}

test('[AUTH-51] the page names the client, the server, the scopes and where it leads', () =>
  serving(async (server) => {
    const { html } = await opened(server, { scope: 'notes:read notes:write' })
    for (const fact of [
      'Command line',
      'https://mcp.example.com/mcp',
      'Read your notes',
      'Change your notes',
      '127.0.0.1:9999',
    ])
      assert.ok(html.includes(fact), fact)
  }))

test("[AUTH-51] the page is in nobody's frame, runs nothing and is kept by nobody", () =>
  serving(async (server) => {
    const { browser, page } = await opened(server)
    const { headers } = await browser.get(page)
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /script-src|unsafe/)
    assert.equal(headers.get('x-frame-options'), 'DENY')
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
  }))

test("[AUTH-51] an answer counts from the browser that was asked, and with the page's token", () =>
  serving(async (server) => {
    const { browser, page, html } = await opened(server)
    const token = formToken(html)
    const stranger = await createBrowser().post(page, { token, decision: 'allow test-user' })
    assert.equal(stranger.status, 400)
    const changed = token.replace(/^./, (first) => (first === 'x' ? 'y' : 'x'))
    for (const forged of ['', 'x', `${token}x`, changed])
      assert.equal(
        (await browser.post(page, { token: forged, decision: 'allow test-user' })).status,
        403,
      )
    const other = await opened(server, {}, browser)
    const crossed = await browser.post(page, {
      token: formToken(other.html),
      decision: 'allow test-user',
    })
    assert.equal(crossed.status, 403)
    assert.equal((await browser.post(page, { token, decision: 'allow test-user' })).status, 303)
  }))

test('[AUTH-51] an answer that another site has sent is refused', () =>
  serving(async (server) => {
    const { browser, page, html } = await opened(server)
    const cookie = [...browser.cookies()].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(page, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams({ token: formToken(html), decision: 'allow test-user' }),
    })
    assert.equal(response.status, 403)
  }))

test('a question is answered once', () =>
  serving(async (server) => {
    const { browser, page, html } = await opened(server)
    const answer = { token: formToken(html), decision: 'allow test-user' }
    const cookies = [...browser.cookies()].map(([name, value]) => `${name}=${value}`).join('; ')
    const twice = await Promise.all(
      [1, 2].map(() =>
        fetch(page, {
          method: 'POST',
          redirect: 'manual',
          headers: { cookie: cookies },
          body: new URLSearchParams(answer),
        }),
      ),
    )
    assert.deepEqual(twice.map(({ status }) => status).sort(), [303, 400])
    assert.equal((await browser.post(page, answer)).status, 400)
  }))

test('an answer cannot be carried into another browser, to sign somebody in as somebody else', () =>
  serving(async (server) => {
    const { browser, page, html } = await opened(server)
    const answer = await browser.post(page, { token: formToken(html), decision: 'allow test-user' })
    const onward = new URL(answer.headers.get('location') ?? '', page).href
    const names = [...browser.cookies()].filter(([name]) => name.startsWith('auth-resume'))
    assert.equal(names.length, 2)
    const cookie = names.map(([name, value]) => `${name}=${value}`).join('; ')
    const victim = await fetch(onward, { redirect: 'manual', headers: { cookie } })
    assert.equal(victim.status, 400)
    assert.deepEqual(victim.headers.getSetCookie(), [])
    assert.equal((await browser.get(onward)).status, 303)
    assert.equal(
      [...browser.cookies().keys()].some((name) => name.startsWith('auth-flow')),
      false,
    )
  }))

test('[AUTH-51] who denies sends the client away with nothing', () =>
  serving(async (server) => {
    const { back } = await authorize(server, { decision: 'deny' })
    assert.equal(back?.searchParams.get('error'), 'access_denied')
    assert.equal(back?.searchParams.get('code'), null)
  }))

test('consent is remembered for a client, its scopes and its server, and asked again for more', () =>
  serving(
    async (server) => {
      const browser = createBrowser()
      const first = await authorize(server, { ...atWeb, browser })
      assert.ok(first.back?.searchParams.get('code'))
      const again = await opened(server, atWeb, browser)
      assert.match(again.location, /^https:\/\/app\.example\.com\/callback\?code=/)
      for (const more of [
        { scope: 'notes:read notes:write' },
        { resource: 'https://two.example.com/mcp' },
        { extra: { prompt: 'consent' } },
      ])
        assert.match(
          (await opened(server, { ...atWeb, ...more }, browser)).html,
          /Signed in as Test User/,
        )
    },
    { resources: ['https://mcp.example.com/mcp', 'https://two.example.com/mcp'] },
  ))

test('a client on the device is asked about each time: anybody there can use its name', () =>
  serving(async (server) => {
    const browser = createBrowser()
    await authorize(server, { browser })
    assert.match((await opened(server, {}, browser)).html, /Let Command line in\?/)
  }))

test('somebody can allow it as somebody else, and is that from then on', () =>
  serving(
    async (server) => {
      const browser = createBrowser()
      await authorize(server, { ...atWeb, browser, decision: 'allow ada' })
      const as = async (decision: string, extra = {}) => {
        const more = { scope: 'notes:read notes:write', extra: { prompt: 'consent', ...extra } }
        const code = await authorize(server, { ...atWeb, ...more, browser, decision })
        const auth = oauth.ClientSecretBasic(web.secret)
        const tokens = await exchange(server, code, { ...atWeb, auth })
        return JSON.parse(atob(tokens.access_token.split('.')[1] ?? '')).sub
      }
      assert.equal(await as('allow'), 'ada')
      assert.equal(await as('allow bob'), 'bob')
      assert.match(
        (await opened(server, { ...atWeb, extra: { prompt: 'consent' } }, browser)).html,
        /Signed in as Bob/,
      )
      assert.equal(await as('allow ada', { prompt: 'login' }), 'ada')
    },
    { signIn: development({ users: [{ id: 'ada' }, { id: 'bob', name: 'Bob' }] }) },
  ))

test('who asks to be told without a page is told that somebody has to sign in', () =>
  serving(async (server) => {
    const { location } = await opened(server, { ...atWeb, extra: { prompt: 'none' } })
    assert.match(location, /error=login_required/)
  }))

test('a browser keeps a few questions open, not any number', () =>
  serving(async (server) => {
    const browser = createBrowser()
    for (let count = 0; count < 14; count++) await opened(server, {}, browser)
    const open = [...browser.cookies().keys()].filter((name) => name.startsWith('auth-flow-'))
    assert.ok(open.length <= 9, String(open.length))
  }))

test('[AUTH-51] over https cookies are __Host- where they can be, Secure, HttpOnly and SameSite=Lax', async () => {
  const auth = createAuthServer({
    issuer: 'https://auth.example.com',
    store: createMemoryStore(),
    resources: ['https://mcp.example.com/mcp'],
    clients: [web],
    signIn: async () => ({ id: 'ada' }),
  })
  const { createServer } = await import('node:http')
  const server = createServer(auth.listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as import('node:net').AddressInfo
  const { url } = await authorizationUrl(
    { issuer: auth.issuer, authorization_endpoint: 'https://auth.example.com/authorize' },
    { ...atWeb, scope: 'mcp' },
  )
  const response = await fetch(`http://127.0.0.1:${port}${url.pathname}${url.search}`, {
    redirect: 'manual',
  })
  const cookies = response.headers.getSetCookie()
  assert.ok(cookies.some((cookie) => cookie.startsWith('__Host-auth-flow-')))
  assert.ok(cookies.some((cookie) => cookie.startsWith('__Secure-auth-resume=')))
  for (const cookie of cookies) {
    assert.match(cookie, /; secure/i)
    assert.match(cookie, /; httponly/i)
    assert.match(cookie, /; samesite=lax/i)
    if (cookie.startsWith('__Host-')) assert.match(cookie, /; path=\/(;|$)/i)
  }
  assert.match(
    response.headers.get('location') ?? '',
    /^(https:\/\/auth\.example\.com)?\/interaction\//,
  )
  await new Promise((resolve) => server.close(resolve))
})

test('a function signs people in, after they have consented, with pages of its own', async () => {
  const seen: string[] = []
  const signIn = async (
    request: Request,
    { clientName, scopes }: { clientName: string; scopes: readonly string[] },
  ): Promise<User | Response> => {
    seen.push(request.method)
    if (request.method === 'GET')
      return new Response(`${clientName} ${scopes}<form method="post">`, {
        headers: { 'content-type': 'text/html' },
      })
    const password = new URLSearchParams(await request.text()).get('password')
    return password === 'right'
      ? { id: 'ada', name: 'Ada', claims: { team: 'blue', sub: 'eve' } }
      : new Response('no', { status: 401 })
  }
  await serving(
    async (server) => {
      const { browser, page, html, verifier } = await opened(server)
      assert.equal((await browser.get(`${page}/sign-in`)).status, 400)
      assert.deepEqual(seen, [])
      const answer = await browser.post(page, { token: formToken(html), decision: 'allow' })
      const form = await follow(browser, server.issuer, answer)
      assert.equal(await form.text(), 'Command line notes:read<form method="post">')
      assert.equal((await browser.post(`${page}/sign-in`, { password: 'wrong' })).status, 401)
      const signed = await browser.post(`${page}/sign-in`, { password: 'right' })
      const last = await follow(browser, server.issuer, signed)
      const tokens = await exchange(server, {
        back: new URL(last.headers.get('location') ?? ''),
        verifier,
      })
      const claims = JSON.parse(atob(tokens.access_token.split('.')[1] ?? ''))
      assert.deepEqual([claims.sub, claims.team], ['ada', 'blue'])
    },
    { signIn },
  )
})

test('somebody who is no longer welcome gets no more tokens', async () => {
  let welcome = true
  await serving(
    async (server) => {
      const { refresh } = await import('./testing/client.test.ts')
      const browser = createBrowser()
      const tokens = await exchange(server, await authorize(server, { browser }))
      welcome = false
      const known = await authorize(server, { browser })
      assert.equal(known.back?.searchParams.get('error'), 'access_denied')
      const remembered = createBrowser()
      welcome = true
      await authorize(server, { ...atWeb, browser: remembered })
      welcome = false
      assert.equal((await opened(server, atWeb, remembered)).location, '')
      await assert.rejects(refresh(server, tokens.refresh_token ?? ''))
      assert.equal((await authorize(server)).back?.searchParams.get('error'), 'access_denied')
    },
    { isWelcome: () => welcome },
  )
})

test('development mode refuses to be anywhere but on loopback', async () => {
  const options = {
    store: createMemoryStore(),
    resources: ['https://mcp.example.com/mcp'],
    signIn: development(),
  }
  assert.throws(
    () => createAuthServer({ ...options, issuer: 'https://auth.example.com' }),
    /loopback/,
  )
  assert.throws(() => createAuthServer({ ...options, issuer: 'http://auth.example.com' }), /https/)
  assert.throws(() => createAuthServer({ ...options, issuer: 'http://10.0.0.1' }), /https/)
})

test('development mode answers to no other name: a page elsewhere could act as the user', () =>
  serving(async (server) => {
    const { port } = new URL(server.issuer)
    const status = await new Promise((resolve) => {
      const asked = send(
        { port, path: '/authorize', headers: { host: 'evil.example' } },
        (response) => {
          response.resume()
          resolve(response.statusCode)
        },
      )
      asked.end()
    })
    assert.equal(status, 421)
  }))
