import { createServer, connect as dial, type Socket } from 'node:net'

/** A way to an engine that can be cut. */
export interface TcpProxy {
  readonly port: number
  /** Resets every connection; says how many there were. */
  cut(): number
  close(): Promise<void>
}

export async function startTcpProxy(target: URL): Promise<TcpProxy> {
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = dial(Number(target.port), target.hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port is free')

  function cut(): number {
    const cutting = [...open]
    // One that is just being opened or ended cannot be reset: Node.js would never let go of it.
    for (const socket of cutting) {
      if (socket.connecting || socket.writableEnded) socket.destroy()
      else socket.resetAndDestroy()
    }
    return Math.ceil(cutting.length / 2)
  }

  return {
    port: address.port,
    cut,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      cut()
      await closed
    },
  }
}
