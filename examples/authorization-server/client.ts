import assert from 'node:assert/strict'
import { browser } from '@lutra/client/auth-node'
import { connect } from '@lutra/client/connect'
import { createMemoryStore } from '@lutra/core'
import { exportJWK, generateKeyPair } from 'jose'
import { auth as authServer } from './auth.ts'
import { person } from './person.ts'
import { issuer, url } from './places.ts'
import { mcp } from './server.ts'
import { atProvider, byFunction, everyday, forCompanies, inExpress, manyServers } from './ways.ts'

// 1. A client is challenged, signs somebody in, and is in. Without `open` it is the browser of this machine that opens.
let page = Promise.resolve('')
const auth = browser({
  client: { id: 'notebook' },
  open(url) {
    page = person(url, 'allow test-user')
    return true
  },
})
await using client = await connect(url, { auth })
const { text } = await client.callTool('whoami')
console.log(text)
assert.equal(text, 'test-user by notebook')

// 2. What the person has seen before anything was granted.
for (const fact of ['Notebook', 'Read your notes', url, 'this device (127.0.0.1:'])
  assert.ok((await page).includes(fact), fact)

// 3. Somebody who says no.
const refuse = browser({
  client: { id: 'notebook' },
  open: (url) => person(url, 'deny').then(() => true),
})
await assert.rejects(connect(url, { auth: refuse }), /denied/)

// 4. What was granted can be taken back.
assert.equal(await authServer.revoke({ subject: 'test-user' }), 1)

// 5. What the server says of itself.
const place = `${issuer}/.well-known/oauth-authorization-server`
const metadata = (await (await fetch(place)).json()) as Record<string, unknown>
console.log(metadata['scopes_supported'], metadata['code_challenge_methods_supported'])
assert.equal(metadata['client_id_metadata_document_supported'], true)

// 6. The other ways start, too.
const { publicKey } = await generateKeyPair('ES256')
const ways = [
  atProvider(createMemoryStore()),
  byFunction(createMemoryStore()),
  manyServers(createMemoryStore()),
  forCompanies(createMemoryStore(), await exportJWK(publicKey)),
]
for (const way of ways) assert.equal(way.issuer, 'https://auth.example.com')
await everyday(byFunction(createMemoryStore()))
inExpress(createMemoryStore())

await mcp.close()
await authServer.close()
console.log('done')
