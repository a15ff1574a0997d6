import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import type { Client } from '@lutra/client'
import { type ConnectAnyOptions, connect } from '@lutra/client/connect'
import { type Message, type Pipe, parseMessage } from '@lutra/core'
import { serveStdio } from '@lutra/server/serve-stdio'
import { createWorkshop } from './workshop.ts'

/** A workshop at the other end of two streams of bytes; `revision` is the one that the client greets it in. */
export async function openStreams(options?: ConnectAnyOptions, revision?: string): Promise<Client> {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const served = serveStdio(createWorkshop(), { input, output })
  const pipe: Pipe = {
    incoming: readMessages(output),
    send: (message) => void input.write(`${JSON.stringify(greetIn(revision, message))}\n`),
    async close() {
      input.end()
      await served
      output.end()
    },
  }
  return connect(pipe, options)
}

async function* readMessages(stream: PassThrough): AsyncGenerator<Message> {
  for await (const line of createInterface({ input: stream })) yield parseMessage(JSON.parse(line))
}

/** The message with which a client greets in the newest revision of its era, as one that greets in `revision`. */
export function greetIn(revision: string | undefined, message: Message): Message {
  if (revision === undefined || !('method' in message) || message.method !== 'initialize') {
    return message
  }
  return { ...message, params: { ...message.params, protocolVersion: revision } }
}
