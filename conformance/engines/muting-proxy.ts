import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net'

/** A way to a server whose connections can fall silent, as they do when a machine between the two is taken away. */
export interface MutingProxy {
  readonly port: number
  /** Carries nothing any more over the connections that there are, and leaves them open; says how many. */
  mute(): number
  close(): Promise<void>
}

export async function startMutingProxy(target: URL): Promise<MutingProxy> {
  const pairs = new Set<readonly [near: Socket, far: Socket]>()
  const server = createServer((near) => {
    const far = dial(Number(target.port), target.hostname)
    const pair = [near, far] as const
    pairs.add(pair)
    near.pipe(far)
    far.pipe(near)
    for (const socket of pair) {
      socket.on('error', () => {})
      socket.on('close', () => {
        pairs.delete(pair)
        for (const one of pair) one.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    mute() {
      for (const [near, far] of pairs) {
        near.unpipe(far)
        far.unpipe(near)
        for (const socket of [near, far]) socket.resume()
      }
      return pairs.size
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const [near] of pairs) near.destroy()
      await closed
    },
  }
}
