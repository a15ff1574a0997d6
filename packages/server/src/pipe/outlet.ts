import type { Message } from '@lutra/core'
import type { ServerPipe } from './server-pipe.ts'

/** The way out of a pipe, which remembers when the other side reads too slowly. */
export interface Outlet {
  send(message: Message | readonly Message[]): void
  sendText(json: string): void
  isFull(): boolean
  /** Resolves when the other side has read on. */
  room(): Promise<void>
}

export function createOutlet(pipe: ServerPipe): Outlet {
  let full: Promise<void> | undefined

  function note(sent: Promise<void> | void): void {
    if (!sent) return
    const waiting = sent.then(clear, clear)
    full = waiting
    function clear(): void {
      if (full === waiting) full = undefined
    }
  }

  return {
    send: (message) => note(pipe.send(message)),
    sendText: (json) =>
      note(pipe.sendText ? pipe.sendText(json) : pipe.send(JSON.parse(json) as Message)),
    isFull: () => full !== undefined,
    room: () => full ?? Promise.resolve(),
  }
}
