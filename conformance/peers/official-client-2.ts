import {
  Client,
  type ClientOptions,
  type CompleteRequest,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { answers, type Heard, type OfficialClient } from './official-client.ts'
import { ourProcess } from './our-process.ts'

export type Mode = NonNullable<ClientOptions['versionNegotiation']>['mode']

export const openHttp2 = (url: string) => new StreamableHTTPClientTransport(new URL(url))
export const openSse2 = (url: string) => new SSEClientTransport(new URL(url))
export const openStdio2 = () => new StdioClientTransport({ ...ourProcess, stderr: 'ignore' })

/** Connects `@modelcontextprotocol/client` 2.4 in one of its modes. */
export async function connectClient2(transport: Transport, mode: Mode): Promise<OfficialClient> {
  const client = new Client(
    { name: 'official', version: '2' },
    {
      capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} },
      versionNegotiation: { mode: mode ?? 'auto' },
    },
  )
  client.setRequestHandler('elicitation/create', ({ params }) => {
    if (params.mode === 'url') return { action: 'accept' as const }
    const content = answers.form(params.requestedSchema.properties) as Record<string, string>
    return { action: 'accept' as const, content }
  })
  client.setRequestHandler('sampling/createMessage', () => answers.sampled)
  client.setRequestHandler('roots/list', () => ({ roots: answers.roots }))
  const heard: Heard[] = []
  client.fallbackNotificationHandler = async ({ method, params }) => {
    heard.push({ method, params })
  }
  await client.connect(transport)
  const modern = client.getProtocolEra() === 'modern'
  return {
    major: 2,
    server: {
      name: client.getServerVersion()?.name ?? '',
      instructions: client.getInstructions(),
    },
    heard,
    async call(name, args = {}, { logLevel, ...options } = {}) {
      if (logLevel && !modern) await client.setLoggingLevel(logLevel)
      const _meta = logLevel && modern && { 'io.modelcontextprotocol/logLevel': logLevel }
      return client.callTool({ name, arguments: args, ...(_meta && { _meta }) }, options)
    },
    tools: async () => (await client.listTools()).tools,
    resources: async () => (await client.listResources()).resources,
    templates: async () => (await client.listResourceTemplates()).resourceTemplates,
    prompts: async () => (await client.listPrompts()).prompts,
    page: (cursor) => client.listTools({ cursor }),
    read: async (uri) => (await client.readResource({ uri })).contents,
    prompt: async (name, args = {}) => (await client.getPrompt({ name, arguments: args })).messages,
    complete: async (params) =>
      (await client.complete(params as CompleteRequest['params'])).completion.values,
    async listen(uri) {
      if (modern) {
        const lists = { toolsListChanged: true, promptsListChanged: true }
        await client.listen({ ...lists, resourcesListChanged: true, resourceSubscriptions: [uri] })
      } else await client.subscribeResource({ uri })
    },
    // The modern era has no ping: asking what the server is serves as well.
    ping: () => (modern ? client.discover() : client.ping()),
    close: () => client.close(),
  }
}
