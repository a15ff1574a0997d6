/** The same server on the official SDK. */
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'

serveStdio(() => {
  const server = new McpServer({ name: 'bench', version: '1.0.0' })
  const description = 'Says again what it was told'
  const inputSchema = fromJsonSchema<{ text: string }>({
    type: 'object',
    properties: { text: { type: 'string' } },
    required: ['text'],
  })
  server.registerTool('echo', { description, inputSchema }, ({ text }) => ({
    content: [{ type: 'text', text }],
  }))
  return server
})
