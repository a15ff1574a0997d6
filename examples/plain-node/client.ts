import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from '@lutra/client/connect'
import { createServer, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'

const greet = tool({ name: 'greet', description: 'Greets', run: () => 'Hello from node:http' })
const server = createServer({ name: 'plain', version: '1.0.0', tools: [greet] })

// #region serve
const { listener } = serveNode(server)

const http = createHttpServer((req, res) => {
  if (req.url === '/health') res.end('ok')
  else listener(req, res)
})
http.listen(0, '127.0.0.1')
// #endregion

await once(http, 'listening')
const { port } = http.address() as AddressInfo
const home = `http://127.0.0.1:${port}`

assert.equal(await (await fetch(`${home}/health`)).text(), 'ok')
assert.equal((await fetch(`${home}/elsewhere`)).status, 404)
await using plain = await connect<typeof server>(`${home}/mcp`)
const { text } = await plain.tools.greet()
assert.equal(text, 'Hello from node:http')
console.log(text)

// #region close
http.close()
await server.close()
// #endregion
