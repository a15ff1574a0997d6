import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net'

/** A way to an engine that can be taken away. */
export interface TcpProxy {
  readonly port: number
  /** Resets every connection; says how many there were. */
  cut(): number
  /** Carries nothing any more over the connections that there are, and leaves them open, as where a machine between the two is gone; says how many. */
  mute(): number
  close(): Promise<void>
}

type Pair = readonly [near: Socket, far: Socket]

export async function startTcpProxy(target: URL): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
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

  function cut(): number {
    const cutting = [...pairs]
    for (const socket of cutting.flat()) {
      // One that is just being opened or ended cannot be reset: Node.js would never let go of it.
      if (socket.connecting || socket.writableEnded) socket.destroy()
      else socket.resetAndDestroy()
    }
    return cutting.length
  }

  return {
    port,
    cut,
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
      cut()
      await closed
    },
  }
}
