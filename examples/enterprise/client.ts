import assert from 'node:assert/strict'
import { AuthError, enterprise } from '@lutra/client/auth'
import { browserSignIn } from '@lutra/client/auth-node'
import { connect } from '@lutra/client/connect'
import { startCompany } from '../../conformance/auth/identity-provider.ts'
import { startWorld } from '../client-credentials/world.ts'
import { personCalled } from './person.ts'

const atCompany = { id: 'assistant', secret: 'what only the assistant and the company know' }
const atServers = { id: 'acme-assistant', secret: 'what the authorization server knows it by' }

// The company's identity provider, three servers that it has bought, and their authorization server, which trusts it.
await using company = await startCompany({
  clients: [
    {
      client_id: atCompany.id,
      client_secret: atCompany.secret,
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback'],
    },
  ],
  clientIdAt: () => atServers.id,
})
await using world = await startWorld(
  {
    clients: [{ ...atServers, grants: ['urn:ietf:params:oauth:grant-type:jwt-bearer'] }],
    enterprise: { issuers: [{ issuer: company.issuer, jwks: company.jwks }] },
    lifetimes: { accessToken: 2 },
  },
  { servers: 3 },
)

// The administrator lets Ada use all of them.
const [wiki = '', crm = '', code = ''] = world.urls
const may = (resource: string) => ({ employee: 'ada', audience: world.issuer, resource })
for (const url of [wiki, crm, code]) company.allow(may(url))

const ada = personCalled('ada')
const { open } = ada
const idpIssuer = company.issuer

// #region enterprise
const auth = enterprise({
  identityProvider: {
    issuer: idpIssuer,
    clientId: atCompany.id,
    clientSecret: atCompany.secret,
  },
  signIn: browserSignIn({ open }),
  client: { clientId: atServers.id, clientSecret: atServers.secret },
})
// #endregion

// #region reuse
await using first = await connect(wiki, { auth })
await using second = await connect(crm, { auth })
await using third = await connect(code, { auth })
// #endregion
for (const client of [first, second, third]) {
  const { data } = await client.callTool('whoami')
  console.log(data)
  assert.equal((data as { client: string }).client, atServers.id)
}
assert.equal(ada.shown.length, 1, 'one sign-in, for all three servers')
// Each for its own token, and once more where one has ended on the way: they live for two seconds here.
assert.ok(company.exchanges.every(({ status }) => status === 200))
assert.deepEqual(new Set(company.exchanges.map(({ resource }) => resource)), new Set(world.urls))

// The administrator takes one of them back: at the next token she is out, and only there.
company.forbid(may(crm))
await new Promise((resolve) => setTimeout(resolve, 2_500))
assert.equal((await first.callTool('write')).text, 'Written')
// #region refused
const error = await second.callTool('whoami').catch((thrown: unknown) => thrown)
if (error instanceof AuthError) console.log(error.code, error.message)
// #endregion
assert.ok(error instanceof AuthError, String(error))
assert.equal(error.code, 'authorization')
assert.match(error.message, /an administrator grants it at the identity provider/)
assert.equal(ada.shown.length, 1, 'nobody was asked again')
console.log('done')
