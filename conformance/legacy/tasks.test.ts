import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { type Tool, ToolError, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { serveStdio } from '@lutra/server/serve-stdio'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  CallToolResultSchema,
  ElicitRequestSchema,
  TaskStatusNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import { createCluster } from '../tasks/rig.ts'

let aborted = 0
const render = tool({
  name: 'render',
  description: 'Asks half-way',
  input: z.object({ page: z.number() }),
  output: z.object({ pages: z.number() }),
  task: true,
  run: async ({ page }, ctx) => {
    const answer = await ctx.ask('copies', 'How many?', z.object({ copies: z.number().int() }))
    return { pages: answer.action === 'accept' ? page * answer.content.copies : 0 }
  },
})
const quick = tool({
  name: 'quick',
  description: 'Only a task',
  task: 'required',
  run: () => 'done',
})
const plain = tool({ name: 'plain', description: 'No task', run: () => 'plain' })
const picky = tool({
  name: 'picky',
  description: 'Decides by itself',
  input: z.object({ big: z.boolean() }),
  task: ({ big }) => big,
  run: ({ big }) => {
    if (big) throw new ToolError('Too big')
    return 'small'
  },
})
const endless = tool({
  name: 'endless',
  description: 'Never ends by itself',
  task: true,
  run: (_, ctx) => new Promise(() => ctx.signal.addEventListener('abort', () => aborted++)),
})
const tools = [render, quick, plain, picky, endless] as Tool[]

interface Place extends AsyncDisposable {
  readonly client: Client
  /** The `_meta` of each question, and the tasks whose news came. */
  readonly asked: unknown[]
  readonly news: string[]
}

function createClient() {
  const client = new Client(
    { name: 'official', version: '1.0.0' },
    { capabilities: { elicitation: {} } },
  )
  const asked: unknown[] = []
  const news: string[] = []
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
    asked.push(params._meta)
    return { action: 'accept', content: { copies: 3 } }
  })
  client.setNotificationHandler(TaskStatusNotificationSchema, ({ params }) => {
    news.push(params.taskId)
  })
  return { client, asked, news }
}

async function overHttp(): Promise<Place> {
  const cluster = createCluster(tools)
  const http = await serveNode(cluster.start().server).listen()
  const { client, ...heard } = createClient()
  await client.connect(new StreamableHTTPClientTransport(new URL(http.url)) as Transport)
  return {
    client,
    ...heard,
    async [Symbol.asyncDispose]() {
      await client.close()
      await http.close()
      await cluster.close()
    },
  }
}

async function overStdio(): Promise<Place> {
  const cluster = createCluster(tools)
  const [up, down] = [new PassThrough(), new PassThrough()]
  const serving = serveStdio(cluster.start().server, { input: up, output: down })
  const { client, ...heard } = createClient()
  await client.connect(transportOver(up, down))
  return {
    client,
    ...heard,
    async [Symbol.asyncDispose]() {
      await client.close()
      up.end()
      await serving
      await cluster.close()
    },
  }
}

function transportOver(up: PassThrough, down: PassThrough): Transport {
  const buffer = new ReadBuffer()
  const transport: Transport = {
    async start() {
      down.on('data', (chunk: Buffer) => {
        buffer.append(chunk)
        for (let read = buffer.readMessage(); read; read = buffer.readMessage())
          transport.onmessage?.(read)
      })
    },
    async send(message) {
      up.write(serializeMessage(message))
    },
    async close() {
      transport.onclose?.()
    },
  }
  return transport
}

/** What a call as a task comes to, as the official client sees it. */
async function callAsTask(client: Client, name: string, args: Record<string, unknown> = {}) {
  await client.listTools()
  const told: string[] = []
  const params = { name, arguments: args }
  const stream = client.experimental.tasks.callToolStream(params, CallToolResultSchema, {
    task: { ttl: 60_000 },
  })
  for await (const message of stream) {
    if (message.type === 'taskCreated') told.push(`made ${message.task.status}`)
    if (message.type === 'taskStatus') told.push(message.task.status)
    if (message.type === 'result') return { told, result: message.result }
    if (message.type === 'error') return { told, error: message.error }
  }
  throw new Error('The stream has no end')
}

for (const [wire, open] of [
  ['Streamable HTTP', overHttp],
  ['stdio', overStdio],
] as const) {
  test(`[LEG-12] over ${wire}: the official client takes a task to its result, and answers its question`, async () => {
    await using place = await open()
    const { client, asked } = place
    const { told, result } = await callAsTask(client, 'render', { page: 2 })
    assert.deepEqual(result?.structuredContent, { pages: 6 })
    assert.equal(told[0], 'made working')
    assert.equal(asked.length, 1)
  })
}
