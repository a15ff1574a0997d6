import type { Message } from '@lutra/core'

/** The server's end of a pipe. Any `Pipe` is one; one over bytes can do more. */
export interface ServerPipe {
  /** Parsed JSON, one value for each line or frame. Ends when the client is gone. */
  readonly incoming: AsyncIterable<unknown>
  /** Takes a message, or the answers to a batch. What it returns resolves when there is room for more. */
  send(message: Message | readonly Message[]): Promise<void> | void
  /** The same for the JSON text of a message, where the pipe carries text. */
  sendText?(json: string): Promise<void> | void
}
