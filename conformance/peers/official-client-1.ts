import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { answers, type Heard, type OfficialClient } from './official-client.ts'
import { ourProcess } from './our-process.ts'

type Transport = Parameters<Client['connect']>[0]

// The SDK's own transports do not fit its own type of them under exactOptionalPropertyTypes.
export const openHttp1 = (url: string) =>
  new StreamableHTTPClientTransport(new URL(url)) as Transport
export const openSse1 = (url: string) => new SSEClientTransport(new URL(url)) as Transport
export const openStdio1 = () =>
  new StdioClientTransport({ ...ourProcess, stderr: 'ignore' }) as Transport

/** Connects the client of `@modelcontextprotocol/sdk` 1.x. */
export async function connectClient1(transport: Transport): Promise<OfficialClient> {
  const client = new Client(
    { name: 'official', version: '1' },
    { capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} } },
  )
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    if (params.mode === 'url') return { action: 'accept' as const }
    const content = answers.form(params.requestedSchema.properties) as Record<string, string>
    return { action: 'accept' as const, content }
  })
  client.setRequestHandler(CreateMessageRequestSchema, () => answers.sampled)
  client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: answers.roots }))
  const heard: Heard[] = []
  client.fallbackNotificationHandler = async ({ method, params }) => {
    heard.push({ method, params })
  }
  await client.connect(transport)
  return {
    major: 1,
    server: {
      name: client.getServerVersion()?.name ?? '',
      instructions: client.getInstructions(),
    },
    heard,
    async call(name, args = {}, { logLevel, ...options } = {}) {
      if (logLevel) await client.setLoggingLevel(logLevel)
      const result = await client.callTool({ name, arguments: args }, undefined, options)
      return result as Awaited<ReturnType<OfficialClient['call']>>
    },
    tools: () => all(async (from) => pageOf('tools', await client.listTools(from))),
    resources: () => all(async (from) => pageOf('resources', await client.listResources(from))),
    templates: () =>
      all(async (from) => pageOf('resourceTemplates', await client.listResourceTemplates(from))),
    prompts: () => all(async (from) => pageOf('prompts', await client.listPrompts(from))),
    page: (cursor) => client.listTools({ cursor }),
    read: async (uri) => (await client.readResource({ uri })).contents,
    prompt: async (name, args = {}) => (await client.getPrompt({ name, arguments: args })).messages,
    complete: async (params) => (await client.complete(params)).completion.values,
    listen: async (uri) => void (await client.subscribeResource({ uri })),
    ping: () => client.ping(),
    close: () => client.close(),
  }
}

interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | undefined
}

function pageOf<K extends string, T>(
  key: K,
  result: Record<K, T[]> & { nextCursor?: string | undefined },
): Page<T> {
  return { items: result[key], nextCursor: result.nextCursor }
}

async function all<T>(read: (from: { cursor?: string }) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = []
  let from: { cursor?: string } = {}
  for (let pages = 0; pages < 20; pages++) {
    const page = await read(from)
    items.push(...page.items)
    if (page.nextCursor === undefined) return items
    from = { cursor: page.nextCursor }
  }
  throw new Error('The list has no end')
}
