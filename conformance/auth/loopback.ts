import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Starts an HTTP server on a free port of 127.0.0.1. */
export async function listenOnLoopback(
  http: Server,
): Promise<{ origin: string; close: () => Promise<void> }> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      http.close(() => resolve())
      http.closeAllConnections()
    })
  return { origin: `http://127.0.0.1:${port}`, close }
}
