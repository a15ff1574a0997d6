/** A client that names itself by a document on the web: ours, at our authorization server, in a browser. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { connect } from '@lutra/client/connect'
import { skipWithoutChromium } from '../../scripts/chromium.ts'
import { byPerson } from './by-person.ts'
import { startOurs } from './ours.ts'
import { startBrowser, startPerson } from './person.ts'

const url = 'https://client.example/lutra.json'
const good = {
  client_id: url,
  client_name: 'Lutra by its document',
  redirect_uris: ['http://127.0.0.1/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  application_type: 'native',
}

/** The web of these tests: one document. */
function webOf(document: object) {
  const fetched: string[] = []
  const web: typeof fetch = async (input) => {
    fetched.push(String(input instanceof Request ? input.url : input))
    return Response.json(document, { headers: { 'cache-control': 'max-age=600' } })
  }
  return { fetched, web }
}

describe('client metadata documents', { skip: skipWithoutChromium() }, () => {
  let browser: Awaited<ReturnType<typeof startBrowser>>
  before(async () => {
    browser = await startBrowser()
  })
  after(() => browser.close())

  test('[AUTH-21, AUTH-22, AUTH-23, AUTH-24, AUTH-25] its id is its URL, its name is shown, and nothing is registered', async () => {
    const { fetched, web } = webOf(good)
    await using ours = await startOurs({ fetch: web })
    await using person = await startPerson(browser)
    const texts: string[] = []
    const look: Parameters<typeof byPerson>[2] = {
      look: async (page) => void texts.push((await page.locator('main').textContent()) ?? ''),
    }
    const auth = byPerson(person, { metadataUrl: url }, look)
    await using client = await connect(ours.server.url, { auth })
    const { data } = await client.callTool('whoami')
    assert.deepEqual(data, { subject: 'ada', scopes: ['notes:read'] })
    assert.match(texts[0] ?? '', /Lutra by its document/)
    assert.match(texts[0] ?? '', /client\.example/)
    assert.match(texts[0] ?? '', /127\.0\.0\.1/)
    assert.deepEqual(fetched, [url])
    assert.ok(!ours.asked.some((asked) => asked.includes('/reg')))
  })

  test('[AUTH-23, AUTH-24] a document that lies, or says too little, is no client', async () => {
    for (const change of [
      { client_id: `${url}?` },
      { client_id: 'https://client.example/other.json' },
      { client_id: undefined },
      { client_name: undefined },
      { redirect_uris: undefined },
      { redirect_uris: ['https://client.example/callback'] },
      { client_secret: 'shared with the world', token_endpoint_auth_method: 'client_secret_basic' },
    ]) {
      await using ours = await startOurs({ fetch: webOf({ ...good, ...change }).web })
      const page = new URL(`${ours.issuer}/authorize`)
      page.search = new URLSearchParams({
        client_id: url,
        redirect_uri: 'http://127.0.0.1:4000/callback',
        response_type: 'code',
        scope: 'notes:read',
        resource: ours.server.url,
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
        state: 'a-state',
      }).toString()
      const response = await fetch(page, { redirect: 'manual' })
      assert.equal(response.status, 400, JSON.stringify(change))
      assert.equal(response.headers.get('location'), null)
      await response.body?.cancel()
    }
  })
})
