/** The servers that the HTTP bench compares, by name: run as a process that tells its port and answers questions. */

import type { RequestListener } from 'node:http'
import { createServer, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { createPlainStreams, listenPlain, plainEcho } from './plain.ts'

interface Running {
  readonly port: number
  change?(): void
  streams?(): number
}

const description = 'Says again what it was told'
const text = z.object({ text: z.string() })
const nameOf = (index: number) => (index === 0 ? 'echo' : `echo_${index}`)

const servers: Record<string, () => Promise<Running>> = {
  plain: async () => ({ port: await listenPlain(plainEcho) }),
  'plain-streams': async () => {
    const { listener, change, count } = createPlainStreams()
    return { port: await listenPlain(listener), change, streams: count }
  },
  lutra: () => lutra(1),
  'lutra-200': () => lutra(200),
  official: () => official(1),
  'official-200': () => official(200),
}

async function lutra(tools: number): Promise<Running> {
  const server = createServer({
    name: 'bench',
    version: '1.0.0',
    tools: Array.from({ length: tools }, (_, index) =>
      tool({ name: nameOf(index), description, input: text, run: ({ text }) => text }),
    ),
    limits: { subscriptions: 10_000 },
  })
  const { port } = await serveNode(server).listen()
  return { port, change: () => server.notify.toolsChanged() }
}

async function official(tools: number): Promise<Running> {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'bench', version: '1.0.0' })
    for (let index = 0; index < tools; index++) {
      server.registerTool(nameOf(index), { description, inputSchema: text }, ({ text }) => ({
        content: [{ type: 'text', text }],
      }))
    }
    return server
  })
  const listener: RequestListener = toNodeHandler(handler) as RequestListener
  return { port: await listenPlain(listener) }
}

const start = servers[process.argv[2] ?? '']
if (!start) throw new Error(`No such server: ${process.argv[2]}`)
const { port, change } = await start()
process.on('message', (question) => {
  if (question === 'change') {
    change?.()
    process.send?.('changed')
  } else if (question === 'heap') {
    // Twice: what the first round finalizes, the second frees.
    globalThis.gc?.()
    globalThis.gc?.()
    process.send?.(process.memoryUsage().heapUsed)
  }
})
process.on('disconnect', () => process.exit())
process.send?.(port)
