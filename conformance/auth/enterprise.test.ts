/** A company's employee: one sign-in at the company's identity provider, in a browser, opens every server that the administrator allows. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { enterprise, memoryCredentials } from '@lutra/client/auth'
import { browserSignIn } from '@lutra/client/auth-node'
import { connect } from '@lutra/client/connect'
import { decodeJwt } from 'jose'
import { skipWithoutChromium } from '../../scripts/chromium.ts'
import { opening } from './by-person.ts'
import { type Company, startCompany } from './identity-provider.ts'
import { type Ours, startOurs } from './ours.ts'
import { type Person, startBrowser, startPerson } from './person.ts'
import { eras } from './tokens.ts'

const seconds = 2
const program = { clientId: 'lutra', clientSecret: 'known to the company and to the servers' }

describe('enterprise', { skip: skipWithoutChromium() }, () => {
  let browser: Awaited<ReturnType<typeof startBrowser>>
  before(async () => {
    browser = await startBrowser()
  })
  after(() => browser.close())

  for (const era of eras) {
    test(`[EXT-07, EXT-08, EXT-09, EXT-11, EXT-15] one sign-in, three servers, and one that is taken away: ${era}`, async () => {
      await using company = await startAcme()
      await using ours = await startServers(company)
      await using person = await startPerson(browser)
      const auth = wayIn(company, person)
      const lines = ours.servers.map(({ url }) => ({
        employee: 'ada',
        audience: ours.issuer,
        resource: url,
      }))
      for (const line of lines) company.allow(line)
      for (const { url } of ours.servers) {
        await using client = await connect(url, { auth, era })
        const { data } = await client.callTool('whoami')
        assert.deepEqual(data, { subject: 'ada', scopes: ['notes:read'] })
      }
      assert.equal(company.signIns.length, 1)
      assert.deepEqual(person.seen, ['Sign in', 'Allow?'])
      // Nobody was ever sent to the authorization server of the servers.
      assert.deepEqual(
        ours.asked.filter((asked) => /GET \/(?:auth|interaction)/.test(asked)),
        [],
      )
      const [first] = ours.servers
      const [token = ''] = first?.requests.flatMap(({ authorization }) => authorization ?? []) ?? []
      assert.equal(decodeJwt(token.replace('Bearer ', ''))['aud'], first?.url)

      // The administrator takes one of them away: its token still lives, the next one is refused.
      const [gone, kept] = lines
      if (!gone || !kept) throw new Error('There are three servers')
      assert.ok(company.forbid(gone))
      await sleep((seconds + 1) * 1_000)
      await assert.rejects(async () => {
        await using shut = await connect(gone.resource, { auth, era })
        await shut.callTool('whoami')
      })
      await using open = await connect(kept.resource, { auth, era })
      assert.equal((await open.callTool('whoami')).isError, false)
      assert.equal(company.signIns.length, 1)
    })
  }

  test('[EXT-15] who was never allowed gets nothing, and no second sign-in', async () => {
    await using company = await startAcme()
    await using ours = await startServers(company)
    await using person = await startPerson(browser)
    await assert.rejects(connect(ours.server.url, { auth: wayIn(company, person) }))
    assert.ok(company.signIns.length <= 1)
    const posted = ours.server.requests.filter(({ method }) => method === 'POST')
    assert.ok(posted.every(({ status }) => status === 401))
  })
})

function startAcme(): Promise<Company> {
  return startCompany({
    clients: [
      {
        client_id: program.clientId,
        client_secret: program.clientSecret,
        application_type: 'native',
        redirect_uris: ['http://127.0.0.1/callback'],
        response_types: ['code'],
      },
    ],
  })
}

function startServers(company: Company): Promise<Ours> {
  const { clientId: id, clientSecret: secret } = program
  const enterpriseOf = {
    issuers: [{ issuer: company.issuer, jwks: company.jwks }],
    user: ({ sub }: { readonly sub: string }) => sub,
  }
  return startOurs(
    {
      clients: [{ id, secret, grants: ['urn:ietf:params:oauth:grant-type:jwt-bearer'] }],
      enterprise: enterpriseOf,
      lifetimes: { accessToken: seconds },
      registration: false,
    },
    3,
  )
}

function wayIn(company: Company, person: Person) {
  return enterprise(
    {
      identityProvider: { issuer: company.issuer, ...program },
      client: program,
      signIn: browserSignIn(opening(person)),
    },
    { store: memoryCredentials() },
  )
}
