import { createServer, type RequestListener } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import {
  acceptedContent,
  completable,
  createMcpHandler,
  inputRequired,
  inputResponse,
  McpServer,
  ResourceTemplate,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { city, form, note, said, startHttp, visits } from './official-server.ts'

let begun = 0
let givenUp = 0

/** A server of the official SDK 2.4 with everything that our client has a word for. */
export function createServer2(touch?: () => void): McpServer {
  const server = new McpServer(
    { name: 'official-2', version: '1.0.0' },
    { capabilities: { logging: {}, resources: { subscribe: true } }, instructions: 'Be kind' },
  )
  server.registerTool(
    'sum',
    {
      inputSchema: z.object({ a: z.number(), b: z.number() }),
      outputSchema: z.object({ total: z.number() }),
    },
    ({ a, b }) => ({ ...said(String(a + b)), structuredContent: { total: a + b } }),
  )
  server.registerTool('boom', {}, () => ({ ...said('no luck'), isError: true }))
  server.registerTool('count', {}, async ({ mcpReq }) => {
    for (const progress of [1, 2, 3]) {
      const params = { progressToken: mcpReq._meta?.progressToken ?? 0, progress, total: 3 }
      await mcpReq.notify({ method: 'notifications/progress', params })
    }
    return said('counted')
  })
  server.registerTool('log', {}, async ({ mcpReq }) => {
    await mcpReq.log('info', 'logged')
    return said('done')
  })
  server.registerTool(
    'hang',
    {},
    ({ mcpReq: { signal } }) =>
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
    if (touch) touch()
    else {
      server.sendToolListChanged()
      server.sendPromptListChanged()
      server.sendResourceListChanged()
      void server.server.sendResourceUpdated({ uri: note.uri })
    }
    return said('touched')
  })
  registerRest(server)
  return server
}

function registerAsking(server: McpServer): void {
  server.registerTool('ask', {}, ({ mcpReq: { inputResponses } }) => {
    const got = acceptedContent(inputResponses, 'who')
    if (got) return said(`accept ${got['name']}`)
    const who = inputRequired.elicit({ message: 'Who?', requestedSchema: form })
    return inputRequired({ inputRequests: { who } })
  })
  server.registerTool('visit', {}, ({ mcpReq: { inputResponses } }) => {
    const got = inputResponse(inputResponses, 'page')
    if (got.kind === 'elicit') return said(got.action)
    return inputRequired({ inputRequests: { page: inputRequired.elicitUrl(visits) } })
  })
  server.registerTool('sample', {}, ({ mcpReq: { inputResponses } }) => {
    const got = inputResponse(inputResponses, 'said')
    if (got.kind === 'sampling') return said(JSON.stringify(got.result.content))
    const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: 'Hm?' } }]
    const asked = inputRequired.createMessage({ messages, maxTokens: 10 })
    return inputRequired({ inputRequests: { said: asked } })
  })
  server.registerTool('roots', {}, ({ mcpReq: { inputResponses } }) => {
    const got = inputResponse(inputResponses, 'roots')
    if (got.kind === 'roots') return said(got.roots.map(({ uri }) => uri).join())
    return inputRequired({ inputRequests: { roots: inputRequired.listRoots() } })
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
  server.registerPrompt('review', { argsSchema: z.object({ language }) }, ({ language }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Review ${language}` } }],
  }))
}

/** Serves it over HTTP: the modern era, and the older revisions without sessions. */
export function startHttp2() {
  const handler = createMcpHandler(() =>
    createServer2(() => {
      handler.notify.toolsChanged()
      handler.notify.promptsChanged()
      handler.notify.resourcesChanged()
      handler.notify.resourceUpdated(note.uri)
    }),
  )
  return startHttp(createServer(toNodeHandler(handler) as RequestListener), '/mcp')
}
