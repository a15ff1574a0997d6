import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** Two ports of this machine that are free. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
}

export const authPort = Number(process.env['AUTH_PORT'] ?? (await freePort()))
export const port = Number(process.env['PORT'] ?? (await freePort()))
export const issuer = `http://127.0.0.1:${authPort}`
export const url = `http://127.0.0.1:${port}/mcp`
