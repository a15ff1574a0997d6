import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from '@lutra/client/connect'
import { createServer, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'

const greet = tool({ name: 'greet', description: 'Greets', run: () => 'Hello' })
const server = createServer({ name: 'shop', version: '1.0.0', tools: [greet] })

// #region serve
const http = await serveNode(server, {
  allowedHosts: ['mcp.example.com'], // the name that clients use and the proxy passes on
  cors: { origins: ['https://app.example.com'] }, // pages that may call from a browser
}).listen()
// #endregion

// A proxy on the same machine that keeps the public Host.
const proxy = createHttpServer((req, res) => {
  const headers = { ...req.headers, host: 'mcp.example.com' }
  const onward = send(http.url, { method: req.method ?? 'GET', headers }, (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(res)
  })
  req.pipe(onward)
})
proxy.listen(0, '127.0.0.1')
await once(proxy, 'listening')
const { port } = proxy.address() as AddressInfo

await using shop = await connect<typeof server>(`http://127.0.0.1:${port}/mcp`)
assert.equal((await shop.tools.greet()).text, 'Hello')

const asked = { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } }
const page = { ...asked.headers, origin: 'https://app.example.com' }
const preflight = await fetch(http.url, { ...asked, headers: page })
assert.equal(preflight.status, 204)
assert.equal(preflight.headers.get('access-control-allow-origin'), 'https://app.example.com')

const stranger = { ...asked.headers, origin: 'https://evil.example' }
const refused = await fetch(http.url, { ...asked, headers: stranger })
assert.equal(refused.status, 403)
console.log((await refused.json()).error.message)

await shop.close()
proxy.close()
proxy.closeAllConnections()
await http.close()
