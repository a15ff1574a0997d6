/** Our client at a server that stands on the official SDK's own authorization, in a browser. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { connect } from '@lutra/client/connect'
import { skipWithoutChromium } from '../../scripts/chromium.ts'
import { byPerson } from './by-person.ts'
import { startOfficialProtected } from './official-server.ts'
import { startBrowser, startPerson } from './person.ts'

describe('our client at the official SDK', { skip: skipWithoutChromium() }, () => {
  let browser: Awaited<ReturnType<typeof startBrowser>>
  before(async () => {
    browser = await startBrowser()
  })
  after(() => browser.close())

  test('[AUTH-12, AUTH-27] signs a person in, calls, and renews what has expired', async () => {
    await using server = await startOfficialProtected()
    await using person = await startPerson(browser)
    await using client = await connect(server.url, { auth: byPerson(person) })
    const [registered] = server.registered
    assert.equal(registered?.client_name, 'Lutra')
    const { text } = await client.callTool('whoami')
    assert.equal(text, `${registered.client_id} notes:read`)
    assert.deepEqual(person.seen, ['Allow?'])
    assert.deepEqual(server.given, { code: 1, refresh: 0 })
    server.expire()
    assert.equal((await client.callTool('whoami')).text, text)
    assert.deepEqual(server.given, { code: 1, refresh: 1 })
    assert.deepEqual(person.seen, ['Allow?'])
  })
})
