import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type UpstreamOptions, upstream } from './index.ts'
import { authorizationUrl, cli, discover, exchange } from './testing/client.test.ts'
import { type Browser, createBrowser, formToken, openConsent, start } from './testing/start.test.ts'
import { startUpstream, type UpstreamProvider } from './testing/upstream-provider.test.ts'

const secret = 'the secret that upstream knows'

async function open(more: Partial<UpstreamOptions> = {}) {
  const up = await startUpstream()
  const signIn = upstream({ issuer: up.issuer, clientId: 'lutra', clientSecret: secret, ...more })
  const { issuer, close } = await start({ signIn, clients: [cli] })
  const server = await discover(issuer)
  return { up, server, issuer, close: () => Promise.all([up.close(), close()]) }
}

type Opened = Awaited<ReturnType<typeof open>>

/** Goes to the upstream provider, as far as the address on which it sends people back. */
async function away({ server }: Opened, browser: Browser = createBrowser()) {
  const { url, verifier } = await authorizationUrl(server)
  const { page, html } = await openConsent(browser, url)
  const answer = await browser.post(page, { token: formToken(html), decision: 'allow' })
  const there = answer.headers.get('location') ?? ''
  const back = (await fetch(there, { redirect: 'manual' })).headers.get('location') ?? ''
  return { browser, verifier, there: new URL(there), back }
}

async function comeBack({ issuer }: Opened, browser: Browser, back: string) {
  const { follow } = await import('./testing/start.test.ts')
  const last = await follow(browser, issuer, await browser.get(back))
  const location = last.headers.get('location')
  return { status: last.status, to: location ? new URL(location) : undefined }
}

test('[AUTH-51] people sign in upstream after they have consented, and come back with a token of ours', async () => {
  const opened = await open()
  try {
    const browser = createBrowser()
    const { url } = await authorizationUrl(opened.server)
    await openConsent(browser, url)
    assert.equal(opened.up.asked.length, 0)
    const { there, back, verifier } = await away(opened, browser)
    assert.equal(there.searchParams.get('redirect_uri'), `${opened.issuer}/callback`)
    assert.equal(there.searchParams.get('code_challenge_method'), 'S256')
    const { to } = await comeBack(opened, browser, back)
    const tokens = await exchange(opened.server, { back: to, verifier })
    const claims = JSON.parse(atob(tokens.access_token.split('.')[1] ?? ''))
    assert.equal(claims.sub, `${opened.up.issuer}|u-1`)
    assert.ok(opened.up.exchanged[0]?.get('code_verifier'))
  } finally {
    await opened.close()
  }
})

test('[AUTH-51] who denies is never sent upstream', async () => {
  const opened = await open()
  try {
    const { url } = await authorizationUrl(opened.server)
    const browser = createBrowser()
    const { page, html } = await openConsent(browser, url)
    await browser.post(page, { token: formToken(html), decision: 'deny' })
    assert.equal(opened.up.asked.length, 0)
  } finally {
    await opened.close()
  }
})

test('somebody who is known can sign in upstream as somebody else', async () => {
  const opened = await open()
  try {
    const browser = createBrowser()
    const first = await away(opened, browser)
    assert.equal(first.there.searchParams.get('prompt'), null)
    await comeBack(opened, browser, first.back)
    const { url } = await authorizationUrl(opened.server)
    const { page, html } = await openConsent(browser, url)
    assert.match(html, /Signed in as Ada/)
    const answer = await browser.post(page, { token: formToken(html), decision: 'other' })
    const there = new URL(answer.headers.get('location') ?? '')
    assert.equal(there.searchParams.get('prompt'), 'select_account')
  } finally {
    await opened.close()
  }
})

test('[AUTH-51] a state is good for one return, in the browser that went away', async () => {
  const opened = await open()
  try {
    const first = await away(opened)
    assert.equal((await comeBack(opened, createBrowser(), first.back)).status, 400)
    assert.equal((await comeBack(opened, first.browser, first.back)).status, 400)
    const second = await away(opened)
    assert.ok((await comeBack(opened, second.browser, second.back)).to)
    assert.equal((await comeBack(opened, second.browser, second.back)).status, 400)
    const made = `${opened.issuer}/callback?code=x&state=made-up`
    assert.equal((await comeBack(opened, second.browser, made)).status, 400)
    assert.equal(opened.up.exchanged.length, 1)
  } finally {
    await opened.close()
  }
})

const lies: [string, UpstreamProvider['lies']][] = [
  ['has another nonce', { nonce: 'another' }],
  ['is for another client', { audience: 'other' }],
  ['is of another issuer', { issuer: 'https://evil.example' }],
  ['is signed by another key', { unsigned: true }],
]
for (const [how, lie] of lies)
  test(`an ID token that ${how} lets nobody in`, async () => {
    const opened = await open()
    try {
      Object.assign(opened.up.lies, lie)
      const { browser, back } = await away(opened)
      const { to } = await comeBack(opened, browser, back)
      assert.equal(to?.searchParams.get('error'), 'access_denied')
      assert.equal(to?.searchParams.get('code'), null)
    } finally {
      await opened.close()
    }
  })

test('an error upstream goes back to the client as a refusal, without the words of others', async () => {
  const opened = await open()
  try {
    opened.up.lies.error = 'temporarily_broken'
    const { browser, back } = await away(opened)
    const { to } = await comeBack(opened, browser, back)
    assert.equal(to?.searchParams.get('error'), 'access_denied')
    assert.doesNotMatch(to?.href ?? '', /temporarily_broken/)
  } finally {
    await opened.close()
  }
})

test('a function says who somebody is here, or that they are not let in', async () => {
  for (const known of [true, false]) {
    const opened = await open({ user: ({ sub }) => (known ? { id: `ours-${sub}` } : undefined) })
    try {
      const { browser, back, verifier } = await away(opened)
      const { to } = await comeBack(opened, browser, back)
      if (!known) assert.equal(to?.searchParams.get('error'), 'access_denied')
      else {
        const tokens = await exchange(opened.server, { back: to, verifier })
        assert.equal(JSON.parse(atob(tokens.access_token.split('.')[1] ?? '')).sub, 'ours-u-1')
      }
    } finally {
      await opened.close()
    }
  }
})
