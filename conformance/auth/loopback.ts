import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Starts an HTTP server on 127.0.0.1, on a free port unless told. */
export async function listenOnLoopback(
  http: Server,
  port = 0,
): Promise<{ origin: string; close: () => Promise<void> }> {
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve))
  const taken = (http.address() as AddressInfo).port
  const close = () =>
    new Promise<void>((resolve) => {
      http.close(() => resolve())
      http.closeAllConnections()
    })
  return { origin: `http://127.0.0.1:${taken}`, close }
}
