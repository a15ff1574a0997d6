/** The servers that are compared over HTTP, by name. */
import type { RequestListener } from 'node:http'
import { bearer } from '@lutra/server/auth'
import { type ServeNodeOptions, serveNode } from '@lutra/server/serve-node'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { issuer, keys, resource } from '../auth/token.ts'
import { contend, memoryUsed } from '../contend.ts'
import { officialHandler } from './official-handler.ts'
import { ourServer } from './our-server.ts'
import { createPlainStreams, listenPlain, plainEcho } from './plain.ts'

interface Running {
  readonly port: number
  change?(): void
}

const servers: Readonly<Record<string, () => Promise<Running>>> = {
  plain: async () => ({ port: await listenPlain(plainEcho({ legacy: false })) }),
  'plain-legacy': async () => ({ port: await listenPlain(plainEcho({ legacy: true })) }),
  'plain-streams': async () => {
    const { listener, change } = createPlainStreams()
    return { port: await listenPlain(listener), change }
  },
  ours: () => ours(1),
  protected: () => ours(1, { auth: bearer({ resource, issuers: issuer, jwks: keys() }) }),
  'ours-200': () => ours(200),
  official: () => official(1),
  'official-200': () => official(200),
}

async function ours(tools: number, options: ServeNodeOptions = {}): Promise<Running> {
  const server = ourServer(tools)
  const { port } = await serveNode(server, options).listen()
  return { port, change: () => server.notify.toolsChanged() }
}

async function official(tools: number): Promise<Running> {
  return { port: await listenPlain(toNodeHandler(officialHandler(tools)) as RequestListener) }
}

const start = servers[process.argv[2] ?? '']
if (!start) throw new Error(`No such server: ${process.argv[2]}`)
const { port, change } = await start()
contend(port, { memory: memoryUsed, change: () => change?.() })
