import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from '@lutra/client/connect'
import { providers } from '@lutra/server/auth'
import { serveHttp } from '@lutra/server/serve-http'
import { freePort } from '../../scripts/free-port.ts'
import { withExpress, withHono, withOwnSignIn } from './frameworks.ts'
import { startIssuer } from './issuer.ts'
import { server } from './server.ts'
import { atAuth0, atSeveral, byAsking, byKeys, byProof, byRule } from './ways.ts'

const issuer = await startIssuer()
const port = await freePort()
const url = `http://localhost:${port}/mcp`
Object.assign(process.env, { PORT: String(port), PUBLIC_URL: url, ISSUER: issuer.url })
const { http } = await import('./http.ts')

const ping = {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
}

// 1. Without a token nobody gets in, and everybody learns where to go.
const refused = await fetch(url, ping)
const challenge = refused.headers.get('www-authenticate') ?? ''
console.log(refused.status, challenge)
assert.equal(refused.status, 401)
const [, metadataUrl = ''] = /resource_metadata="([^"]+)"/.exec(challenge) ?? []

// 2. The metadata names the authorization server.
const metadata = (await (await fetch(metadataUrl)).json()) as Record<string, unknown>
console.log(metadata)
assert.equal(metadata['resource'], url)
assert.deepEqual(metadata['authorization_servers'], [issuer.url])

// 3. With a token of it a client sees what the token allows.
const claims = { sub: 'ada', client_id: 'editor', aud: url }
const few = await issuer.sign({ ...claims, scope: 'files:read' })
await using reader = await connect<typeof server>(url, { token: few })
const tools = await reader.listTools()
assert.deepEqual(
  tools.map(({ name }) => name),
  ['read_file', 'whoami'],
)
assert.equal((await reader.tools.read_file({ name: 'notes.txt' })).text, 'Buy tea')
assert.deepEqual((await reader.tools.whoami()).data, {
  subject: 'ada',
  client: 'editor',
  scopes: ['files:read'],
})

// 4. A call beyond its token says all that it takes.
const beyond = await callByHand('write_file', few)
console.log(beyond.status, beyond.challenge)
assert.equal(beyond.status, 403)
assert.match(beyond.challenge, /error="insufficient_scope".* scope="files:read files:write"/)
await assert.rejects(reader.tools.write_file({ name: 'a', text: 'b' }))

// 5. With a token for that it succeeds: Lutra's own client fetches one by itself.
const more = await issuer.sign({ ...claims, scope: 'files:read files:write' })
await using writer = await connect<typeof server>(url, { token: more })
assert.equal((await writer.tools.write_file({ name: 'a', text: 'b' })).text, 'Written a')
// What is Ada's she may delete; what is Ben's takes another scope.
assert.equal((await writer.tools.delete_file({ name: 'a' })).text, 'Deleted a')
const others = await callByHand('delete_file', more, { name: 'plan.txt' })
assert.match(others.challenge, / scope="files:read files:write files:admin"/)

// Who calls from within the process is its own user.
await using inside = await connect(server)
assert.equal((await inside.listTools()).length, 5)
await http.close()

// Other ways to say whose tokens are good.
const asked = issuer.register({ sub: 'ada', aud: 'http://localhost/mcp', scope: 'files:read' })
assert.equal(await seenBy(serveHttp(server, { auth: byAsking(issuer.url) }), asked), 2)
const key = 'an-example-key-which-is-no-secret'
assert.equal(await seenBy(serveHttp(server, { auth: byKeys }), key), 2)
assert.deepEqual(atAuth0.metadata?.['authorization_servers'], ['https://example.eu.auth0.com/'])
const { authorization_servers: servers } = { ...atSeveral.metadata }
assert.ok(Array.isArray(servers) && servers.length === 7)
assert.equal(byRule(() => false).metadataPaths.length, 2)
const proven = serveHttp(server, { auth: byProof(server.store, ['k'.repeat(32)]) })
const unproven = await proven(new Request('http://localhost/mcp', ping))
assert.match(unproven.headers.get('www-authenticate') ?? '', /^DPoP algs=/)

// Within frameworks.
const hono = withHono(byKeys)
assert.equal(await seenBy(async (request) => hono.fetch(request), key), 2)
const own = withOwnSignIn((request) => request.headers.get('x-user') ?? undefined)
assert.equal((await own.request('http://localhost/mcp', ping)).status, 401)
assert.equal((await own.request('http://localhost/mcp', withHeader('x-user', 'ada'))).status, 200)
const app = withExpress(byAsking(issuer.url)).listen(0, '127.0.0.1')
await once(app, 'listening')
const home = `http://localhost:${(app.address() as AddressInfo).port}`
for (const path of ['', '/mcp']) {
  const found = await fetch(`${home}/.well-known/oauth-protected-resource${path}`)
  assert.equal(found.status, 200)
}
assert.equal((await fetch(`${home}/mcp`, ping)).status, 401)

app.close()
issuer.close()
await server.close()
console.log(`done; ${providers.length} kinds of authorization servers are known`)

async function callByHand(name: string, token: string, args: Record<string, string> = {}) {
  const params = { name, arguments: args }
  const response = await fetch(url, {
    ...withHeader('authorization', `Bearer ${token}`),
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  })
  return { status: response.status, challenge: response.headers.get('www-authenticate') ?? '' }
}

function withHeader(name: string, value: string) {
  return { ...ping, headers: { ...ping.headers, [name]: value } }
}

/** How many tools somebody with this token sees. */
async function seenBy(serve: (request: Request) => Promise<Response>, token: string) {
  const send = (...args: Parameters<typeof fetch>) => serve(new Request(...args))
  await using client = await connect('http://localhost/mcp', { token, fetch: send })
  return (await client.listTools()).length
}
