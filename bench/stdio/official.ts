/** The same server on the official SDK. */
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'

serveStdio(() => {
  const server = new McpServer({ name: 'bench', version: '1.0.0' })
  const description = 'Says again what it was told'
  const inputSchema = z.object({ text: z.string() })
  server.registerTool('echo', { description, inputSchema }, ({ text }) => ({
    content: [{ type: 'text', text }],
  }))
  return server
})
