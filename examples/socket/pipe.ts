import type { Socket } from 'node:net'
import { type Message, type Pipe, parseJson, parseMessage } from '@lutra/core'

// #region pipe
/** Messages over a socket, each behind its length as four bytes. */
export function socketPipe(socket: Socket): Pipe {
  async function* read(): AsyncGenerator<Message> {
    let held = Buffer.alloc(0)
    for await (const chunk of socket) {
      held = Buffer.concat([held, chunk as Buffer])
      while (held.length >= 4) {
        const size = held.readUInt32BE(0)
        if (size > maxBytes) throw new Error(`A message of ${size} bytes is too large`)
        if (held.length < 4 + size) break
        const text = held.subarray(4, 4 + size).toString('utf8')
        held = held.subarray(4 + size)
        yield parseMessage(parseJson(text)) // bounded in depth, and checked
      }
    }
  }

  return {
    incoming: read(),
    async send(message) {
      if (socket.destroyed) return
      const body = Buffer.from(JSON.stringify(message))
      const head = Buffer.alloc(4)
      head.writeUInt32BE(body.length)
      const full = !socket.write(Buffer.concat([head, body]))
      if (full) await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve))
    },
    close() {
      socket.end()
    },
  }
}

const maxBytes = 4 * 1024 * 1024
// #endregion
