// #region serve
import { bearer } from '@lutra/server/auth'
import { serveNode } from '@lutra/server/serve-node'
import { server } from './server.ts'

const port = Number(process.env['PORT'] ?? 3000)
const auth = bearer({
  resource: process.env['PUBLIC_URL'] ?? `http://localhost:${port}/mcp`,
  issuers: process.env['ISSUER'] ?? 'https://auth.example.com',
  scopes: ['files:read'],
})

export const http = await serveNode(server, { auth }).listen(port)
// #endregion
