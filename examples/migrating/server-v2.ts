import {
  acceptedContent,
  inputRequired,
  McpServer,
  ResourceTemplate,
} from '@modelcontextprotocol/server'
import { z } from 'zod'

const notes = new Map([
  ['1', 'Buy milk'],
  ['2', 'Skim the milk'],
])

/** On the official SDK 2.x: a factory, called for each request. */
export function createNotesV2(): McpServer {
  // #region tool
  const server = new McpServer({ name: 'notes', version: '1.0.0' })

  server.registerTool(
    'search',
    {
      description: 'Finds notes',
      inputSchema: z.object({ words: z.string() }),
      outputSchema: z.object({ found: z.array(z.string()) }),
      annotations: { readOnlyHint: true },
    },
    async ({ words }, ctx) => {
      const { progressToken } = ctx.mcpReq._meta ?? {}
      if (progressToken !== undefined) {
        await ctx.mcpReq.notify({
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
  const confirm = z.object({ sure: z.boolean() })

  server.registerTool(
    'remove',
    { description: 'Deletes a note', inputSchema: z.object({ id: z.string() }) },
    ({ id }, ctx) => {
      const answer = acceptedContent(ctx.mcpReq.inputResponses, 'sure')
      if (!answer) {
        return inputRequired({
          inputRequests: {
            sure: inputRequired.elicit({
              message: `Delete note ${id}?`,
              requestedSchema: confirm,
            }),
          },
        })
      }
      if (answer['sure'] !== true) return { content: [{ type: 'text', text: 'Kept' }] }
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
    { description: 'Tidies a note', argsSchema: z.object({ id: z.string() }) },
    ({ id }) => ({
      messages: [{ role: 'user', content: { type: 'text', text: `Tidy up note ${id}` } }],
    }),
  )
  // #endregion
  return server
}
