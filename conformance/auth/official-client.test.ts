/** The official SDKs' clients sign a person in at a server of ours, through a browser. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { skipWithoutChromium } from '../../scripts/chromium.ts'
import { type OfficialSignIn, officialSignIn } from './official-provider.ts'
import { startOidc } from './oidc.ts'
import { startOurs } from './ours.ts'
import { startBrowser, startPerson } from './person.ts'
import { startProtected } from './protected.ts'

interface Opened {
  connect(): Promise<void>
  finish(query: URLSearchParams): Promise<void>
  call(name: string): Promise<unknown>
  close(): Promise<void>
}

describe('official clients', { skip: skipWithoutChromium() }, () => {
  let browser: Awaited<ReturnType<typeof startBrowser>>
  before(async () => {
    browser = await startBrowser()
  })
  after(() => browser.close())

  for (const [name, open] of [
    ['SDK 1.x', openClient1],
    ['SDK 2.4, modern', (url: URL, signIn: OfficialSignIn) => openClient2(url, signIn, 'auto')],
    ['SDK 2.4, legacy', (url: URL, signIn: OfficialSignIn) => openClient2(url, signIn, 'legacy')],
  ] as const) {
    test(`[AUTH-01, AUTH-02, AUTH-03] the client of the official ${name} signs a person in`, async () => {
      await using oidc = await startOidc()
      await using server = await startProtected({ issuers: oidc.issuer })
      await using person = await startPerson(browser)
      await using signIn = await officialSignIn(person)
      const first = open(new URL(server.url), signIn)
      await assert.rejects(first.connect(), /[Uu]nauthorized/)
      assert.deepEqual(person.seen, ['Sign in', 'Allow?'])
      assert.ok(signIn.returned().get('code'))
      await first.finish(signIn.returned())
      const client = open(new URL(server.url), signIn)
      await client.connect()
      const said = { subject: 'ada', scopes: ['notes:read'] }
      assert.deepEqual(await client.call('whoami'), said)
      assert.equal(oidc.authorizations[0]?.get('resource'), server.url)
      assert.equal(oidc.tokenRequests[0]?.resource, server.url)
      await client.close()
    })

    test(`the client of the official ${name} signs a person in by our authorization server`, async () => {
      await using ours = await startOurs()
      await using person = await startPerson(browser)
      await using signIn = await officialSignIn(person)
      const first = open(new URL(ours.server.url), signIn)
      await assert.rejects(first.connect(), /[Uu]nauthorized/)
      assert.deepEqual(person.seen, ['Let Official client in?'])
      await first.finish(signIn.returned())
      const client = open(new URL(ours.server.url), signIn)
      await client.connect()
      assert.deepEqual(await client.call('whoami'), { subject: 'ada', scopes: ['notes:read'] })
      await client.close()
    })
  }
})

function openClient1(url: URL, { provider }: OfficialSignIn): Opened {
  const transport = new Transport1(url, { authProvider: provider })
  const client = new Client1({ name: 'official', version: '1' })
  return {
    connect: () => client.connect(transport as Parameters<Client1['connect']>[0]),
    finish: (query) => transport.finishAuth(query.get('code') ?? ''),
    call: async (name) => (await client.callTool({ name, arguments: {} })).structuredContent,
    close: () => client.close(),
  }
}

function openClient2(url: URL, { provider }: OfficialSignIn, mode: 'auto' | 'legacy'): Opened {
  const transport = new StreamableHTTPClientTransport(url, { authProvider: provider })
  const client = new Client({ name: 'official', version: '2' }, { versionNegotiation: { mode } })
  return {
    connect: () => client.connect(transport),
    finish: (query) => transport.finishAuth(query),
    call: async (name) => (await client.callTool({ name, arguments: {} })).structuredContent,
    close: () => client.close(),
  }
}
