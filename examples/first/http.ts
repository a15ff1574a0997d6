// #region serve
import { serveNode } from '@lutra/server/serve-node'
import { server } from './server.ts'

const port = Number(process.env['PORT'] ?? 3000)
export const http = await serveNode(server).listen(port)
console.log(`Serving at ${http.url}`)
// #endregion
