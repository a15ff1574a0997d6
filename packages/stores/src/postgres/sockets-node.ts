import { Socket } from 'node:net'

/**
 * The connections of a client of PostgreSQL, held so that they end with it, or once nothing is heard on them: one may fall silent
 * without closing. Its library forgets one that is just being made again when it ends: that one would stay open, and with it the
 * process.
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

/** What was heard over a connection, and how many looks in turn have found no more than that. */
interface Heard {
  readonly bytes: number
  readonly looks: number
}

/** Breaks off what was silent for `quietMs`. */
export function createSockets(quietMs: number): Sockets {
  const sockets = new Map<Socket, Heard>()
  let closed = false
  let turn = 0
  const looking = setInterval(look, quietMs / looksInQuiet).unref()

  // Looks are counted and not time: what came while this process stood still has to be read first.
  function look(): void {
    for (const [socket, { bytes, looks }] of sockets) {
      if (socket.destroyed) sockets.delete(socket)
      else if (socket.bytesRead !== bytes)
        sockets.set(socket, { bytes: socket.bytesRead, looks: 0 })
      else if (looks + 1 < looksInQuiet) sockets.set(socket, { bytes, looks: looks + 1 })
      else socket.destroy()
    }
  }

  return {
    open({ host: hosts, port: ports, path }) {
      if (closed) throw new Error('The engine was closed')
      const at = turn++ % hosts.length
      const [host = 'localhost', port = 5432] = [hosts[at], ports[at]]
      // The library looks there for the name that a certificate has to have.
      const socket = Object.assign(new Socket(), { host, port })
      sockets.set(socket, { bytes: 0, looks: 0 })
      return path === false ? socket.connect(port, host) : socket.connect(path)
    },
    close() {
      closed = true
      clearInterval(looking)
      for (const socket of sockets.keys()) socket.destroy()
    },
  }
}

const looksInQuiet = 4
