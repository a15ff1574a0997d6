import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import { createServer, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import fastify from 'fastify'

const greet = tool({ name: 'greet', description: 'Greets', run: () => 'Hello from Fastify' })
const server = createServer({ name: 'shop', version: '1.0.0', tools: [greet] })

// #region serve
const app = fastify()
const { listener } = serveNode(server)
app.all('/mcp', (request, reply) => {
  reply.hijack()
  listener(request.raw, reply.raw, { body: request.body })
})
app.get('/', () => 'The shop')
const home = await app.listen({ port: 0, host: '127.0.0.1' })
// #endregion

assert.equal(await (await fetch(home)).text(), 'The shop')
for (const era of ['modern', 'legacy'] as const) {
  await using shop = await connect<typeof server>(`${home}/mcp`, { era })
  const { text } = await shop.tools.greet()
  assert.equal(text, 'Hello from Fastify')
  console.log(`${era}: ${text}`)
}

await server.close()
await app.close()
