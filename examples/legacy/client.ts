import assert from 'node:assert/strict'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from '@lutra/client/connect'
import { tasks } from '@lutra/extensions/tasks'
import { createServer, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { CallToolResultSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'

await oldClient()
await oldServer()
await oldTask()

/** A client of the older protocol, on the official SDK 1.x, and a server of ours. */
async function oldClient(): Promise<void> {
  // #region server
  const book = tool({
    name: 'book',
    description: 'Books a table, after asking for how many',
    async run(_, ctx) {
      const answer = await ctx.ask('seats', 'For how many?', z.object({ seats: z.number().int() }))
      return answer.action === 'accept' ? `A table for ${answer.content.seats}` : 'No table'
    },
  })
  const server = createServer({ name: 'inn', version: '1.0.0', tools: [book] })
  const http = await serveNode(server).listen() // speaks every revision; { legacy: false } would not
  // #endregion

  const client = new Client(
    { name: 'old', version: '1.0.0' },
    { capabilities: { elicitation: {} } },
  )
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { seats: 4 } }))
  const transport = new StreamableHTTPClientTransport(new URL(http.url))
  await client.connect(transport as Parameters<Client['connect']>[0])
  const result = await client.callTool({ name: 'book' })
  console.log('An older client got', JSON.stringify(result.content))
  assert.deepEqual(result.content, [{ type: 'text', text: 'A table for 4' }])
  await client.close()
  await http.close()
}

/** A server on the official SDK 1.x, and a client of ours. */
async function oldServer(): Promise<void> {
  const url = await startOldServer()
  // #region client
  await using inn = await connect(url)
  console.log(inn.connection.era, inn.connection.protocolVersion)
  const { text } = await inn.callTool('menu')
  // #endregion
  assert.equal(inn.connection.era, 'legacy')
  assert.equal(text, 'Soup')

  // #region insist
  await assert.rejects(connect(url, { era: 'modern' }), { name: 'ConnectError' })
  await using sure = await connect(url, { era: 'legacy' }) // no probe
  // #endregion
  assert.equal((await sure.callTool('menu')).text, 'Soup')
}

/** A client of 2025-11-25, on the official SDK 1.x, that asks for a task, and a server of ours that makes it. */
async function oldTask(): Promise<void> {
  const cook = tool({
    name: 'cook',
    description: 'Cooks, which takes a while',
    input: z.object({ dish: z.string() }),
    task: true,
    run: ({ dish }) => `${dish}, done`,
  })
  const server = createServer({
    name: 'kitchen',
    version: '1.0.0',
    tools: [cook],
    extensions: [tasks()],
  })
  const http = await serveNode(server).listen()
  const client = new Client({ name: 'old', version: '1.0.0' })
  const transport = new StreamableHTTPClientTransport(new URL(http.url))
  await client.connect(transport as Parameters<Client['connect']>[0])
  // #region task
  const call = { name: 'cook', arguments: { dish: 'Soup' } }
  const wanted = { task: { ttl: 60_000 } } // milliseconds for which the task is to be kept
  const { tasks: older } = client.experimental
  for await (const news of older.callToolStream(call, CallToolResultSchema, wanted)) {
    if (news.type === 'taskCreated') console.log('A task:', news.task.status)
    if (news.type === 'result') console.log('Its result:', JSON.stringify(news.result.content))
    assert.notEqual(news.type, 'error')
  }
  // #endregion
  await client.close()
  await http.close()
  await server.close()
}

async function startOldServer(): Promise<string> {
  const http = createHttpServer(async (request, response) => {
    const server = new McpServer({ name: 'old-inn', version: '1.0.0' })
    server.registerTool('menu', {}, () => ({ content: [{ type: 'text', text: 'Soup' }] }))
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
    await server.connect(transport as Parameters<McpServer['connect']>[0])
    await transport.handleRequest(request, response)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  http.unref()
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`
}
