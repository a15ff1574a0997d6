import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from '@lutra/client/connect'
import { createServer, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import express from 'express'

const greet = tool({ name: 'greet', description: 'Greets', run: () => 'Hello from Express' })
const server = createServer({ name: 'shop', version: '1.0.0', tools: [greet] })

// #region serve
const app = express()
app.use(express.json())
app.all('/mcp', serveNode(server).listener)
app.get('/', (_, res) => {
  res.send('The shop')
})
const http = app.listen(0, '127.0.0.1')
// #endregion

await once(http, 'listening')
const { port } = http.address() as AddressInfo
const home = `http://127.0.0.1:${port}`

assert.equal(await (await fetch(home)).text(), 'The shop')
for (const era of ['modern', 'legacy'] as const) {
  await using shop = await connect<typeof server>(`${home}/mcp`, { era })
  const { text } = await shop.tools.greet()
  assert.equal(text, 'Hello from Express')
  console.log(`${era}: ${text}`)
}

http.close()
await server.close()
