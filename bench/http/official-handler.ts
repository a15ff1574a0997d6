import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { echo, otherInput, otherTools } from './tools.ts'

/** The same server on the official SDK, which makes one for each request. */
export function officialHandler(tools: number) {
  const others = otherTools(tools - 1)
  return createMcpHandler(() => {
    const server = new McpServer({ name: 'bench', version: '1.0.0' })
    const { description, input } = echo
    server.registerTool('echo', { description, inputSchema: input }, ({ text }) => ({
      content: [{ type: 'text', text }],
    }))
    for (const { name, description } of others) {
      server.registerTool(name, { description, inputSchema: otherInput }, ({ query }) => ({
        content: [{ type: 'text', text: query }],
      }))
    }
    return server
  })
}
