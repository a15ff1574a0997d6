import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Has a reply close when its client leaves, also while it waits for the replies to requests that were sent before it on the
 * same connection: Node.js forgets such a reply without a word, and whoever works for it would never hear of the end.
 */
export function closeWaiting(res: ServerResponse): void {
  if (res.socket) return
  const { socket } = res.req
  const waiting = waitingOn(socket)
  waiting.add(res)
  res.once('socket', () => waiting.delete(res))
  if (socket.destroyed) closeAll(waiting)
}

/** One listener for each connection, however many replies wait on it. */
function waitingOn(socket: Socket): Set<ServerResponse> {
  const known = bySocket.get(socket)
  if (known) return known
  const waiting = new Set<ServerResponse>()
  bySocket.set(socket, waiting)
  socket.once('close', () => closeAll(waiting))
  return waiting
}

const bySocket = new WeakMap<Socket, Set<ServerResponse>>()

function closeAll(waiting: Set<ServerResponse>): void {
  for (const res of waiting) {
    res.destroy()
    res.emit('close')
  }
  waiting.clear()
}
