import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import { createServer, tool } from '@lutra/server'
import { serveHttp } from '@lutra/server/serve-http'
import { Hono } from 'hono'

const greet = tool({ name: 'greet', description: 'Greets', run: () => 'Hello from Hono' })
const server = createServer({ name: 'shop', version: '1.0.0', tools: [greet] })

// #region serve
const app = new Hono()
const mcp = serveHttp(server)
app.all('/mcp', (c) => mcp(c.req.raw))
app.get('/', (c) => c.text('The shop'))
// #endregion

// An app is a fetch function, so that a client can call it without a port.
// #region connect
const options = { fetch: async (...args: Parameters<typeof fetch>) => app.request(...args) }
await using shop = await connect<typeof server>('http://localhost/mcp', options)
// #endregion
assert.equal(await (await app.request('http://localhost/')).text(), 'The shop')
const { text } = await shop.tools.greet()
assert.equal(text, 'Hello from Hono')
console.log(text)
await server.close()
