import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serveNode } from '@lutra/server/serve-node'
import { toNodeHandler } from '@modelcontextprotocol/node'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { notesServer } from './server-lutra.ts'
import { createNotesV1 } from './server-v1.ts'
import { createNotesV2 } from './server-v2.ts'

export interface Served {
  readonly url: string
  close(): unknown
}

export async function serveV1(): Promise<Served> {
  // #region v1
  const sessions = new Map<string, StreamableHTTPServerTransport>()

  const http = createServer(async (req, res) => {
    const id = req.headers['mcp-session-id']
    let transport = typeof id === 'string' ? sessions.get(id) : undefined
    if (!transport) {
      transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: () => crypto.randomUUID(),
        onsessioninitialized: (id) => {
          if (transport) sessions.set(id, transport)
        },
      })
      await createNotesV1().connect(transport as Parameters<McpServer['connect']>[0])
    }
    await transport.handleRequest(req, res)
  })
  // #endregion
  return listening(http)
}

export async function serveV2(): Promise<Served> {
  // #region v2
  const handler = createMcpHandler(() => createNotesV2())
  const http = createServer(toNodeHandler(handler) as RequestListener)
  // #endregion
  return listening(http)
}

export async function serveLutra(): Promise<Served> {
  // #region lutra
  const http = await serveNode(notesServer).listen(0) // sessions of older clients, Host and Origin included
  // #endregion
  return http
}

async function listening(http: Server): Promise<Served> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const close = () => {
    http.close()
    http.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`, close }
}
