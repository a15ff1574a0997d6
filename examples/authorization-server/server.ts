import { createServer, tool } from '@lutra/server'
import { bearer } from '@lutra/server/auth'
import { serveNode } from '@lutra/server/serve-node'
import { issuer, port, url } from './places.ts'

const whoami = tool({
  name: 'whoami',
  description: 'Who is calling',
  scopes: ['notes:read'],
  run: (_, { auth }) => `${auth?.subject} by ${auth?.clientId}`,
})
const server = createServer({ name: 'notes', version: '1.0.0', tools: [whoami] })

export const mcp = await serveNode(server, {
  auth: bearer({ resource: url, issuers: issuer, scopes: ['notes:read'] }),
}).listen(port)
