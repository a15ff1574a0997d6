// #region serve
import { createAuthServer, development } from '@lutra/auth-server'
import { createMemoryStore } from '@lutra/core'
import { createServer, tool } from '@lutra/server'
import { bearer } from '@lutra/server/auth'
import { serveNode } from '@lutra/server/serve-node'
import { authPort, issuer, port, url } from './places.ts'

export const auth = createAuthServer({
  issuer,
  store: createMemoryStore(),
  resources: [url],
  scopes: { 'notes:read': 'Read your notes', 'notes:write': 'Change your notes' },
  signIn: development(),
  clients: [{ id: 'notebook', name: 'Notebook', redirectUris: ['http://127.0.0.1/callback'] }],
})
await auth.listen(authPort)

const server = createServer({
  name: 'notes',
  version: '1.0.0',
  tools: [
    tool({
      name: 'whoami',
      description: 'Who is calling',
      scopes: ['notes:read'],
      run: (_, { auth }) => `${auth?.subject} by ${auth?.clientId}`,
    }),
  ],
})
export const mcp = await serveNode(server, {
  auth: bearer({ resource: url, issuers: issuer, scopes: ['notes:read'] }),
}).listen(port)
// #endregion
