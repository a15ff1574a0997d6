import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bus, createMemoryBus, createMemoryStore, type Store } from '@lutra/core'
import { createServer, resource, tool } from '@lutra/server'
import { type ServeNodeOptions, serveNode } from '@lutra/server/serve-node'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import { createLegacySession } from './session.ts'

const keys = ['a key of thirty-two bytes at least, for tests']

function createShop(shared: { store?: Store; bus?: Bus } = {}) {
  return createServer({
    name: 'shop',
    version: '1.0.0',
    keys,
    ...shared,
    resources: [resource({ uri: 'shop:/news', name: 'news', read: () => 'Nothing new' })],
    tools: [
      tool({
        name: 'order',
        description: 'To order',
        input: z.object({ what: z.string() }),
        output: z.object({ ordered: z.string(), size: z.string() }),
        async run({ what }, ctx) {
          const answer = await ctx.ask(
            'size',
            `Which size of ${what}?`,
            z.object({ size: z.string() }),
          )
          const size = answer.action === 'accept' ? answer.content.size : answer.action
          return { ordered: what, size }
        },
      }),
      tool({
        name: 'describe',
        description: 'To describe',
        async run(_, ctx) {
          const said = await ctx.sample('poem', {
            messages: [{ role: 'user', content: { type: 'text', text: 'A poem' } }],
            maxTokens: 10,
          })
          const roots = await ctx.roots()
          return `${JSON.stringify(said?.content)} ${roots?.[0]?.uri}`
        },
      }),
      tool({
        name: 'count',
        description: 'To count',
        async run(_, ctx) {
          for (const done of [1, 2, 3]) {
            ctx.progress(done, 3)
            await new Promise((resolve) => setTimeout(resolve, 20))
          }
          return 'counted'
        },
      }),
      tool({
        name: 'list',
        description: 'Three numbers',
        output: z.array(z.number()),
        run: () => [1, 2, 3],
      }),
    ],
  })
}

function createClient(): Client {
  const client = new Client(
    { name: 'official', version: '1.0.0' },
    { capabilities: { elicitation: {}, sampling: {}, roots: {} } },
  )
  client.setRequestHandler(ElicitRequestSchema, async () => ({
    action: 'accept',
    content: { size: 'L' },
  }))
  client.setRequestHandler(CreateMessageRequestSchema, async () => ({
    role: 'assistant',
    model: 'm',
    content: { type: 'text', text: 'Roses' },
  }))
  client.setRequestHandler(ListRootsRequestSchema, async () => ({ roots: [{ uri: 'file:///r' }] }))
  return client
}

/** What every client can do with the shop, over whatever transport. */
async function shopping(client: Client, server: ReturnType<typeof createShop>): Promise<void> {
  assert.equal(client.getServerVersion()?.name, 'shop')
  const { tools } = await client.listTools()
  assert.deepEqual(tools.map(({ name }) => name).sort(), ['count', 'describe', 'list', 'order'])
  assert.equal(tools.find(({ name }) => name === 'list')?.outputSchema, undefined)

  const ordered = await client.callTool({ name: 'order', arguments: { what: 'shirt' } })
  assert.deepEqual(ordered.structuredContent, { ordered: 'shirt', size: 'L' })
  const described = await client.callTool({ name: 'describe' })
  assert.match(JSON.stringify(described.content), /Roses.*file:\/\/\/r/)
  const listed = await client.callTool({ name: 'list' })
  assert.deepEqual(listed.content, [{ type: 'text', text: '[1,2,3]' }])
  assert.equal(listed.structuredContent, undefined)

  const progress: number[] = []
  await client.callTool({ name: 'count' }, undefined, {
    onprogress: (told) => progress.push(told.progress),
  })
  assert.deepEqual(progress, [1, 2, 3])
  await assert.rejects(client.readResource({ uri: 'shop:/none' }), { code: -32002 })
  await assert.rejects(client.callTool({ name: 'none' }), { code: -32602 })
  await client.ping()
  await client.setLoggingLevel('warning')

  const changed = new Promise<void>((resolve) => {
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve())
  })
  const updated = new Promise<string>((resolve) => {
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) =>
      resolve(params.uri),
    )
  })
  await client.subscribeResource({ uri: 'shop:/news' })
  // The stream for announcements is opened after the handshake, by a request of its own.
  const again = setInterval(() => {
    server.notify.toolsChanged()
    server.notify.resourceUpdated('shop:/news')
  }, 20)
  await Promise.all([changed, updated]).finally(() => clearInterval(again))
  assert.equal(await updated, 'shop:/news')
}

async function serving(
  options: ServeNodeOptions,
  run: (url: URL, server: ReturnType<typeof createShop>) => Promise<void>,
): Promise<void> {
  const server = createShop()
  const { url, close } = await serveNode(server, { closeTimeoutMs: 500, ...options }).listen()
  try {
    await run(new URL(url), server)
  } finally {
    await close()
  }
}

test('the official client shops over a pipe', async () => {
  const server = createShop()
  const client = createClient()
  const transport: Transport = {
    start: async () => {},
    send: async (message) => session.receive(message),
    close: async () => session.close(),
  }
  const session = createLegacySession(server, {
    send: (message) => transport.onmessage?.(JSON.parse(JSON.stringify(message))),
  })
  await client.connect(transport)
  await shopping(client, server)
  await client.close()
})

test('the official client shops over Streamable HTTP and ends its session', () =>
  serving({}, async (url, server) => {
    const client = createClient()
    const transport = new StreamableHTTPClientTransport(url)
    await client.connect(transport)
    assert.ok(transport.sessionId)
    await shopping(client, server)
    await transport.terminateSession()
    await client.close()
  }))

test('the official client shops over HTTP+SSE, at both addresses', () =>
  serving({}, async (url, server) => {
    for (const at of [new URL('/sse', url), url]) {
      const client = createClient()
      await client.connect(new SSEClientTransport(at))
      await shopping(client, server)
      await client.close()
    }
  }))

test('the official client shops at two instances that take turns', async () => {
  const shared = { store: createMemoryStore(), bus: createMemoryBus() }
  const servers = [createShop(shared), createShop(shared)] as const
  const options = { closeTimeoutMs: 500 }
  const instances = await Promise.all(servers.map((server) => serveNode(server, options).listen()))
  let turn = 0
  const client = createClient()
  const transport = new StreamableHTTPClientTransport(new URL(instances[0]?.url ?? ''), {
    fetch: (_, init) => fetch(instances[turn++ % 2]?.url ?? '', init),
  })
  try {
    await client.connect(transport)
    await shopping(client, servers[0])
    await transport.terminateSession()
  } finally {
    await client.close()
    for (const instance of instances) await instance.close()
  }
})

test('the official client comes back to a call whose connection broke or was closed', () =>
  serving({ legacy: { closeStreamAfterMs: 30, retryMs: 10 } }, async (url) => {
    const client = createClient()
    let cut = 0
    const transport = new StreamableHTTPClientTransport(url, {
      reconnectionOptions: {
        initialReconnectionDelay: 10,
        maxReconnectionDelay: 10,
        reconnectionDelayGrowFactor: 1,
        maxRetries: 5,
      },
      async fetch(to, init) {
        const response = await fetch(to, init)
        const { body, status, headers } = response
        if (init?.method !== 'POST' || !body || !headers.get('content-type')?.includes('event'))
          return response
        cut += 1
        // The connection breaks after the first chunk.
        const reader = body.getReader()
        const { value } = await reader.read()
        await reader.cancel()
        return new Response(value && new Blob([value]), { status, headers })
      },
    })
    await client.connect(transport)
    const ordered = await client.callTool({ name: 'order', arguments: { what: 'hat' } })
    assert.deepEqual(ordered.structuredContent, { ordered: 'hat', size: 'L' })
    const counted = await client.callTool({ name: 'count' })
    assert.deepEqual(counted.content, [{ type: 'text', text: 'counted' }])
    assert.equal(cut, 2)
    await client.close()
  }))

test('a client that was told to come back after an error stops coming back', () =>
  serving({}, async (url) => {
    let gets = 0
    const client = createClient()
    client.setRequestHandler(CreateMessageRequestSchema, async () => {
      throw new Error('no')
    })
    const transport = new StreamableHTTPClientTransport(url, {
      fetch: (to, init) => {
        if (init?.method === 'GET') gets += 1
        return fetch(to, init)
      },
    })
    await client.connect(transport)
    await assert.rejects(client.callTool({ name: 'describe' }), /sampling\/createMessage/)
    // It comes back each second, if it does: so long that nobody came, and nobody will.
    let before: number
    let looks = 0
    do {
      before = gets
      await new Promise((resolve) => setTimeout(resolve, 1300))
      looks += 1
    } while (gets > before && looks < 5)
    assert.equal(gets, before)
    await client.close()
  }))

test('closing the server ends the streams that its clients hold open', async () => {
  const server = createShop()
  // Long enough to fail the test, were anything cut off instead of ended.
  const { url, close } = await serveNode(server, { closeTimeoutMs: 3_600_000 }).listen()
  const client = createClient()
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  const older = createClient()
  await older.connect(new SSEClientTransport(new URL(url)))
  await client.callTool({ name: 'list' })
  await close()
  await client.close()
  await older.close()
})
