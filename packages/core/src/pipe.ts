import type { Message } from './message.ts'

/** Two ordered streams of messages: stdio, a socket, a legacy session, or memory. */
export interface Pipe {
  /** Ends when the other side is gone. */
  readonly incoming: AsyncIterable<Message>
  /** Takes a message for the other side. Resolves when there is room for more; after `close` it is dropped. */
  send(message: Message): Promise<void> | void
  close(): Promise<void> | void
}

/** Two pipes joined back to back, for tests and for servers in the same process. */
export function joinedPipes(): [Pipe, Pipe] {
  const [ab, ba] = [createLane(), createLane()]
  const close = () => {
    ab.end()
    ba.end()
  }
  return [
    { incoming: ba.out(), send: ab.push, close },
    { incoming: ab.out(), send: ba.push, close },
  ]
}

function createLane() {
  const items: Message[] = []
  let wake = () => {}
  let ended = false
  return {
    push(message: Message): void {
      if (ended) return
      items.push(JSON.parse(JSON.stringify(message)))
      wake()
    },
    end(): void {
      ended = true
      wake()
    },
    async *out(): AsyncGenerator<Message> {
      for (;;) {
        const item = items.shift()
        if (item) yield item
        else if (ended) return
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}
