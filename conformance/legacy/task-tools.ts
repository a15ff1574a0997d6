/** Tools for the tests of tasks with older clients, and the official client to call them with. */
import { PassThrough } from 'node:stream'
import { type Tool, ToolError, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { serveStdio } from '@lutra/server/serve-stdio'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { ElicitRequestSchema, ResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import { createCluster } from '../tasks/rig.ts'

export const relatedTask = 'io.modelcontextprotocol/related-task'

/** How often `endless` was begun and told to stop, and `plain` was run. */
export const seen = { begun: 0, stopped: 0, ran: 0 }

export const tools: readonly Tool[] = [
  tool({
    name: 'render',
    description: 'Asks half-way',
    input: z.object({ page: z.number() }),
    output: z.object({ pages: z.number() }),
    task: true,
    run: async ({ page }, ctx) => {
      const answer = await ctx.ask('copies', 'How many?', z.object({ copies: z.number().int() }))
      return { pages: answer.action === 'accept' ? page * answer.content.copies : 0 }
    },
  }),
  tool({ name: 'quick', description: 'Only a task', task: 'required', run: () => 'done' }),
  tool({
    name: 'plain',
    description: 'No task',
    run: () => {
      seen.ran++
      return 'plain'
    },
  }),
  tool({
    name: 'picky',
    description: 'Decides by itself',
    input: z.object({ big: z.boolean() }),
    task: { when: ({ big }) => big, ttlMs: 100_000 },
    run: ({ big }) => {
      if (big) throw new ToolError('Too big')
      return 'small'
    },
  }),
  tool({
    name: 'endless',
    description: 'Never ends by itself',
    task: true,
    run: (_, ctx) => {
      seen.begun++
      return new Promise(() => ctx.signal.addEventListener('abort', () => seen.stopped++))
    },
  }),
] as Tool[]

/** How somebody answers the question of `render`. */
export type Answer = () => Promise<{ action: 'accept'; content: { copies: number } }>

export interface Visit extends AsyncDisposable {
  readonly client: Client
  /** The `_meta` of each question. */
  readonly asked: unknown[]
  /** Sends any request, for any result. */
  send(method: string, params?: Record<string, unknown>): Promise<Record<string, unknown>>
}

async function visit(transport: Transport, answer: Answer, leave: () => Promise<void>) {
  const about = { name: 'official', version: '1.0.0' }
  const client = new Client(about, { capabilities: { elicitation: {} } })
  const asked: unknown[] = []
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    asked.push(params._meta)
    return answer()
  })
  await client.connect(transport)
  const opened: Visit = {
    client,
    asked,
    send: (method, params = {}) => client.request({ method, params }, ResultSchema),
    async [Symbol.asyncDispose]() {
      await client.close()
      await leave()
    },
  }
  return opened
}

const three: Answer = async () => ({ action: 'accept', content: { copies: 3 } })

/** Over HTTP, from one instance after the other. */
export async function overHttp({ instances = 1, answer = three } = {}): Promise<Visit> {
  const cluster = createCluster(tools)
  const doors = await Promise.all(
    Array.from({ length: instances }, () => serveNode(cluster.start().server).listen()),
  )
  let turn = 0
  const options = {
    fetch: (_: unknown, init?: RequestInit) => fetch(doors[turn++ % instances]?.url ?? '', init),
  }
  const transport = new StreamableHTTPClientTransport(new URL(doors[0]?.url ?? ''), options)
  return visit(transport as Transport, answer, async () => {
    await Promise.all(doors.map((door) => door.close()))
    await cluster.close()
  })
}

/** Over standard streams. */
export async function overStdio({ answer = three } = {}): Promise<Visit> {
  const cluster = createCluster(tools)
  const [up, down] = [new PassThrough(), new PassThrough()]
  const serving = serveStdio(cluster.start().server, { input: up, output: down })
  return visit(transportOver(up, down), answer, async () => {
    up.end()
    await serving
    await cluster.close()
  })
}

function transportOver(up: PassThrough, down: PassThrough): Transport {
  const buffer = new ReadBuffer()
  const transport: Transport = {
    async start() {
      down.on('data', (chunk: Buffer) => {
        buffer.append(chunk)
        for (let read = buffer.readMessage(); read; read = buffer.readMessage()) {
          transport.onmessage?.(read)
        }
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
