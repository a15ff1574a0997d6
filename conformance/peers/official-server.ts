/** What the servers on either official SDK have in common. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export const said = (text: string) => ({ content: [{ type: 'text' as const, text }] })

export const note = { uri: 'note://one', text: 'remember the milk' }

export const city = {
  template: 'city://{country}/{city}',
  complete: (value: string) => ['Basel', 'Bern'].filter((one) => one.startsWith(value)),
}

export const form = {
  type: 'object' as const,
  properties: { name: { type: 'string' as const } },
  required: ['name'],
}

export const visits = { message: 'Please sign in', url: 'https://example.test/in' }

/** Starts to listen on a free port of loopback. */
export async function startHttp(http: Server, path: string) {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${path}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
}
