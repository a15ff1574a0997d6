/** Our client against a server on the official SDK 2.4, in the modern era over HTTP. */
import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createClient, ToolCallError } from '@lutra/client'
import { connectHttp } from '@lutra/client/modern'
import { RpcError } from '@lutra/core'
import { toNodeHandler } from '@modelcontextprotocol/node'
import {
  acceptedContent,
  createMcpHandler,
  inputRequired,
  McpServer,
} from '@modelcontextprotocol/server'
import { z } from 'zod'

const said = (text: string) => ({ content: [{ type: 'text' as const, text }] })

function official(): McpServer {
  const server = new McpServer({ name: 'official', version: '1.0.0' })
  server.registerTool(
    'sum',
    {
      inputSchema: z.object({ a: z.number(), b: z.number() }),
      outputSchema: z.object({ total: z.number() }),
    },
    ({ a, b }) => ({ ...said(String(a + b)), structuredContent: { total: a + b } }),
  )
  server.registerTool('ask', {}, (ctx) => {
    const got = acceptedContent(ctx.mcpReq.inputResponses, 'who')
    if (got) return said(`Hello ${got['name']}`)
    const requestedSchema = z.object({ name: z.string().default('otter') })
    const who = inputRequired.elicit({ message: 'Who?', requestedSchema })
    return inputRequired({ inputRequests: { who } })
  })
  server.registerResource('note', 'note://7', {}, () => ({
    contents: [{ uri: 'note://7', text: 'seven' }],
  }))
  server.registerPrompt('review', { argsSchema: z.object({ code: z.string() }) }, ({ code }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Review ${code}` } }],
  }))
  return server
}

test('every word works against the official server', { timeout: 20_000 }, async (context) => {
  const handler = createMcpHandler(official)
  const http = createServer(toNodeHandler(handler) as RequestListener)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  context.after(() => {
    http.closeAllConnections()
    http.close()
  })
  const { port } = http.address() as AddressInfo
  const options = { answer: { elicit: () => ({ action: 'accept' as const, content: {} }) } }
  const connection = await connectHttp(`http://127.0.0.1:${port}/mcp`, options)
  await using client = createClient(connection, options)

  assert.equal(client.server.serverInfo?.name, 'official')
  assert.equal(connection.era, 'modern')
  assert.deepEqual(
    (await client.listTools()).map(({ name }) => name),
    ['sum', 'ask'],
  )
  assert.deepEqual((await client.call('sum', { a: 1, b: 2 })).data, { total: 3 })
  assert.equal((await client.call('ask')).text, 'Hello otter')
  await assert.rejects(client.call('sum', { a: 'x' }), ToolCallError)
  await assert.rejects(client.call('nope'), (error: RpcError) => {
    return error instanceof RpcError && error.code === -32602
  })
  assert.equal((await client.readResource('note://7')).text, 'seven')
  assert.equal((await client.getPrompt('review', { code: 'x' })).text, 'Review x')

  const subscription = client.listen({ toolsListChanged: true })
  assert.deepEqual(await subscription.acknowledged, { toolsListChanged: true })
  handler.notify.toolsChanged()
  for await (const change of subscription) {
    assert.deepEqual(change, { type: 'tools' })
    break
  }
})
