import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import {
  type EventStore,
  StreamableHTTPServerTransport,
  type StreamableHTTPServerTransportOptions,
} from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import {
  SubscribeRequestSchema,
  UrlElicitationRequiredError,
} from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'

/** A server of the official SDK 1.x over Streamable HTTP. */
export interface SdkServer extends AsyncDisposable {
  readonly url: string
  /** What each request was: its HTTP method, and its JSON-RPC method where it had one. */
  readonly seen: string[]
  /** The server of the latest session. */
  latest(): McpServer
  /** Forgets all sessions, as a restart would. */
  forget(): void
}

interface SdkServerOptions
  extends Pick<
    StreamableHTTPServerTransportOptions,
    'enableJsonResponse' | 'eventStore' | 'retryInterval'
  > {
  /** Without sessions. */
  readonly stateless?: boolean
  /** What is served in each session. */
  readonly create?: () => McpServer
}

export async function startSdkServer({
  stateless = false,
  create = createSdkServer,
  ...options
}: SdkServerOptions = {}): Promise<SdkServer> {
  const sessions = new Map<string, StreamableHTTPServerTransport>()
  const seen: string[] = []
  let server: McpServer | undefined

  async function open(): Promise<StreamableHTTPServerTransport> {
    const transport = new StreamableHTTPServerTransport({
      ...(!stateless && { sessionIdGenerator: () => crypto.randomUUID() }),
      onsessioninitialized: (id) => void sessions.set(id, transport),
      ...options,
    })
    server = create()
    await server.connect(transport as Parameters<McpServer['connect']>[0])
    return transport
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = request.method === 'POST' ? JSON.parse(await textOf(request)) : undefined
    seen.push(`${request.method} ${body?.method ?? ''}`.trim())
    const id = request.headers['mcp-session-id']
    const transport = typeof id === 'string' ? sessions.get(id) : await open()
    if (transport) await transport.handleRequest(request, response, body)
    else response.writeHead(404).end()
  }

  const http = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    seen,
    latest() {
      if (!server) throw new Error('Nobody has connected yet')
      return server
    },
    forget: () => sessions.clear(),
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
}

function createSdkServer(): McpServer {
  const server = new McpServer(
    { name: 'sdk', version: '1.0.0' },
    { capabilities: { resources: { subscribe: true }, logging: {} } },
  )
  const text = (value: unknown) => ({
    content: [
      { type: 'text' as const, text: typeof value === 'string' ? value : JSON.stringify(value) },
    ],
  })
  const form = { type: 'object' as const, properties: { name: { type: 'string' as const } } }
  let signedIn = false
  server.registerTool('echo', { inputSchema: { text: z.string() } }, (args) => text(args.text))
  server.registerTool('ask-aside', {}, async () =>
    // Without naming the request that it belongs to, the question leaves by the standing stream.
    text(await server.server.elicitInput({ message: 'Who?', requestedSchema: form })),
  )
  server.registerTool('poll', {}, async (extra) => {
    extra.closeSSEStream?.()
    await new Promise((resolve) => setTimeout(resolve, 50))
    return text('after the break')
  })
  server.registerTool('sign-in', {}, () => {
    if (signedIn) return text('signed in')
    signedIn = true
    throw new UrlElicitationRequiredError([
      { mode: 'url', elicitationId: 'e1', url: 'https://example.test/in', message: 'Sign in' },
    ])
  })
  server.registerTool('grow', {}, () => {
    server.registerTool(`grown-${crypto.randomUUID()}`, {}, () => text('new'))
    return text('grown')
  })
  server.registerTool(
    'slow',
    {},
    (extra) =>
      new Promise((_, reject) =>
        extra.signal.addEventListener('abort', () => reject(new Error('cancelled'))),
      ),
  )
  server.registerResource('note', 'note://one', {}, () => ({
    contents: [{ uri: 'note://one', text: 'remember' }],
  }))
  server.server.setRequestHandler(SubscribeRequestSchema, ({ params }) => {
    setTimeout(() => void server.server.sendResourceUpdated({ uri: params.uri }), 20)
    return {}
  })
  return server
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}

/** Keeps events in memory, so that streams can be taken up again. */
export function createEventStore(): EventStore {
  const events: { id: string; stream: string; message: Parameters<EventStore['storeEvent']>[1] }[] =
    []
  return {
    async storeEvent(stream, message) {
      const id = `${stream}/${events.length}`
      events.push({ id, stream, message })
      return id
    },
    async getStreamIdForEventId(id) {
      return events.find((event) => event.id === id)?.stream
    },
    async replayEventsAfter(id, { send }) {
      const at = events.findIndex((event) => event.id === id)
      const stream = events[at]?.stream ?? ''
      for (const event of events.slice(at + 1)) {
        if (event.stream === stream) await send(event.id, event.message)
      }
      return stream
    },
  }
}
