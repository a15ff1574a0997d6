import assert from 'node:assert/strict'
import { get } from 'node:http'
import { test } from 'node:test'
import { browserSignIn } from './browser-sign-in.ts'

const issuer = 'https://login.example.com'

test('[EXT-07] a person is shown the page of the identity provider, and comes back with its answer', async () => {
  const shown: URL[] = []
  const { open, scope } = browserSignIn({
    scope: 'openid groups',
    open: (url) => {
      shown.push(url)
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      back.search = `code=c&state=${url.searchParams.get('state')}`
      get(back, (page) => page.resume())
      return true
    },
  })
  const landing = await open({ issuer })
  try {
    const page = new URL(`${issuer}/authorize?state=s`)
    page.searchParams.set('redirect_uri', landing.redirectUri)
    const back = await landing.show(page, AbortSignal.timeout(10_000))
    assert.equal(new URL(String(back)).searchParams.get('code'), 'c')
    assert.deepEqual(shown, [page])
    assert.equal(scope, 'openid groups')
  } finally {
    await landing.close?.()
  }
})

test('[AUTH-49] what is no page is not opened', async () => {
  const { open } = browserSignIn({ open: () => assert.fail('opened') })
  const landing = await open({ issuer })
  try {
    for (const url of ['file:///etc/passwd', 'http://login.example.com/', 'javascript:alert(1)']) {
      const shown = landing.show(new URL(url), AbortSignal.timeout(10_000))
      await assert.rejects(shown, { code: 'unsafe_url' })
    }
  } finally {
    await landing.close?.()
  }
})
