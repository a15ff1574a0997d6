import { createServer } from 'node:http'
import { completable } from '@modelcontextprotocol/sdk/server/completable.js'
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import {
  ListRootsResultSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import { city, form, note, said, startHttp, visits } from './official-server.ts'

let begun = 0
let givenUp = 0

/** All that were made: each session has a server of its own, and what one changes, all of them announce. */
const servers = new Set<McpServer>()

/** A server of the official SDK 1.x with everything that our client has a word for. */
export function createServer1(): McpServer {
  const server = new McpServer(
    { name: 'official-1', version: '1.0.0' },
    { capabilities: { logging: {}, resources: { subscribe: true } }, instructions: 'Be kind' },
  )
  server.registerTool(
    'sum',
    {
      inputSchema: { a: z.number(), b: z.number() },
      outputSchema: { total: z.number() },
    },
    ({ a, b }) => ({ ...said(String(a + b)), structuredContent: { total: a + b } }),
  )
  server.registerTool('boom', {}, () => ({ ...said('no luck'), isError: true }))
  server.registerTool('count', {}, async ({ _meta, sendNotification }) => {
    for (const progress of [1, 2, 3]) {
      const params = { progressToken: _meta?.progressToken ?? 0, progress, total: 3 }
      await sendNotification({ method: 'notifications/progress', params })
    }
    return said('counted')
  })
  server.registerTool('log', {}, async ({ requestId }) => {
    const params = { level: 'info' as const, data: 'logged' }
    await server.server.notification(
      { method: 'notifications/message', params },
      { relatedRequestId: requestId },
    )
    return said('done')
  })
  server.registerTool(
    'hang',
    {},
    ({ signal }) =>
      new Promise((_, reject) => {
        begun += 1
        signal.addEventListener('abort', () => {
          givenUp += 1
          reject(new Error('given up'))
        })
      }),
  )
  server.registerTool('begun', {}, () => said(String(begun)))
  server.registerTool('given_up', {}, () => said(String(givenUp)))
  registerAsking(server)
  server.registerTool('touch', {}, () => {
    for (const one of servers) {
      if (!one.isConnected()) continue
      one.sendToolListChanged()
      one.sendPromptListChanged()
      one.sendResourceListChanged()
      void one.server.sendResourceUpdated({ uri: note.uri })
    }
    return said('touched')
  })
  registerRest(server)
  servers.add(server)
  return server
}

function registerAsking(server: McpServer): void {
  server.registerTool('ask', {}, async ({ requestId: relatedRequestId }) => {
    const asked = { message: 'Who?', requestedSchema: form }
    const { action, content } = await server.server.elicitInput(asked, { relatedRequestId })
    return said(`${action} ${content?.['name']}`)
  })
  server.registerTool('visit', {}, async ({ requestId: relatedRequestId }) => {
    const asked = { mode: 'url' as const, elicitationId: 'e1', ...visits }
    return said((await server.server.elicitInput(asked, { relatedRequestId })).action)
  })
  server.registerTool('sample', {}, async ({ requestId: relatedRequestId }) => {
    const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: 'Hm?' } }]
    const asked = { messages, maxTokens: 10 }
    const { content } = await server.server.createMessage(asked, { relatedRequestId })
    return said(JSON.stringify(content))
  })
  server.registerTool('roots', {}, async ({ sendRequest }) => {
    const { roots } = await sendRequest({ method: 'roots/list' }, ListRootsResultSchema)
    return said(roots.map(({ uri }) => uri).join())
  })
}

function registerRest(server: McpServer): void {
  server.registerResource('note', note.uri, {}, () => ({ contents: [note] }))
  const complete = { city: city.complete }
  server.registerResource(
    'city',
    new ResourceTemplate(city.template, { list: undefined, complete }),
    {},
    (uri, { country, city }) => ({
      contents: [{ uri: uri.href, text: `${city} in ${country}` }],
    }),
  )
  const language = completable(z.string(), (value) =>
    ['rust', 'ruby', 'go'].filter((one) => one.startsWith(value)),
  )
  server.registerPrompt('review', { argsSchema: { language } }, ({ language }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Review ${language}` } }],
  }))
  server.server.setRequestHandler(SubscribeRequestSchema, () => ({}))
  server.server.setRequestHandler(UnsubscribeRequestSchema, () => ({}))
}

/** Serves it over HTTP+SSE, the transport of 2024-11-05. */
export function startSse1() {
  const open = new Map<string, SSEServerTransport>()
  const http = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    if (request.method === 'GET' && pathname === '/sse') {
      const transport = new SSEServerTransport('/messages', response)
      open.set(transport.sessionId, transport)
      await createServer1().connect(transport)
      return
    }
    const transport = open.get(searchParams.get('sessionId') ?? '')
    if (transport) await transport.handlePostMessage(request, response)
    else response.writeHead(404).end()
  })
  return startHttp(http, '/sse')
}
