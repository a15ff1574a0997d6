import { Socket } from 'node:net'

/**
 * The connections of a client of PostgreSQL, held so that they end with it. Its library forgets one that is just being made again
 * when it ends: that one would stay open, and with it the process.
 */
export interface Sockets {
  /** Begins a connection to the next of the hosts; throws once all were closed. */
  open(to: Hosts): Socket
  /** Breaks off every connection, and makes no more. */
  close(): void
}

/** Where a server may be: hosts and their ports, or the path of a socket. */
export interface Hosts {
  readonly host: readonly string[]
  readonly port: readonly number[]
  readonly path: string | false
}

export function createSockets(): Sockets {
  const sockets = new Set<Socket>()
  let closed = false
  let turn = 0
  return {
    open({ host: hosts, port: ports, path }) {
      if (closed) throw new Error('The engine was closed')
      const at = turn++ % hosts.length
      const [host = 'localhost', port = 5432] = [hosts[at], ports[at]]
      // The library looks there for the name that a certificate has to have.
      const socket = Object.assign(new Socket(), { host, port })
      // No listener would do: the library takes them all away where it goes on with TLS.
      for (const other of sockets) if (other.destroyed) sockets.delete(other)
      sockets.add(socket)
      return path === false ? socket.connect(port, host) : socket.connect(path)
    },
    close() {
      closed = true
      for (const socket of sockets) socket.destroy()
    },
  }
}
