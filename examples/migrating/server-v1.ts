import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'

const notes = new Map([
  ['1', 'Buy milk'],
  ['2', 'Skim the milk'],
])

/** On the official SDK 1.x: one server for each session, or for each request. */
export function createNotesV1(): McpServer {
  // #region tool
  const server = new McpServer({ name: 'notes', version: '1.0.0' })

  server.registerTool(
    'search',
    {
      description: 'Finds notes',
      inputSchema: { words: z.string() },
      outputSchema: { found: z.array(z.string()) },
      annotations: { readOnlyHint: true },
    },
    async ({ words }, extra) => {
      const { progressToken } = extra._meta ?? {}
      if (progressToken !== undefined) {
        await extra.sendNotification({
          method: 'notifications/progress',
          params: { progressToken, progress: 1, total: 2 },
        })
      }
      const found = [...notes.values()].filter((note) => note.includes(words))
      return {
        content: [{ type: 'text', text: JSON.stringify({ found }) }],
        structuredContent: { found },
      }
    },
  )
  // #endregion

  // #region ask
  server.registerTool(
    'remove',
    { description: 'Deletes a note', inputSchema: { id: z.string() } },
    async ({ id }) => {
      const answer = await server.server.elicitInput({
        message: `Delete note ${id}?`,
        requestedSchema: {
          type: 'object',
          properties: { sure: { type: 'boolean' } },
          required: ['sure'],
        },
      })
      const sure = answer.action === 'accept' && answer.content?.['sure'] === true
      if (!sure) return { content: [{ type: 'text', text: 'Kept' }] }
      notes.delete(id)
      return { content: [{ type: 'text', text: `Deleted ${id}` }] }
    },
  )
  // #endregion

  // #region resource
  server.registerResource(
    'note',
    new ResourceTemplate('note://{id}', { list: undefined }),
    { description: 'One note', mimeType: 'text/plain' },
    async (uri, { id }) => {
      const text = notes.get(String(id))
      if (text === undefined) throw new Error('There is no such note')
      return { contents: [{ uri: uri.href, text }] }
    },
  )
  // #endregion

  // #region prompt
  server.registerPrompt(
    'tidy',
    { description: 'Tidies a note', argsSchema: { id: z.string() } },
    ({ id }) => ({
      messages: [{ role: 'user', content: { type: 'text', text: `Tidy up note ${id}` } }],
    }),
  )
  // #endregion
  return server
}
