import type { Connection, Pipe } from '@lutra/core'
import { ConnectionError } from '../words/error.ts'
import type { LegacyOptions } from './options.ts'
import { openLegacySession } from './session.ts'
import type { LegacyWire } from './wire.ts'

/** Connects to a legacy server over a pipe, such as the standard streams of a process. */
export function connectLegacyPipe(pipe: Pipe, options: LegacyOptions = {}): Promise<Connection> {
  return openLegacySession(overPipe(pipe), options)
}

function overPipe(pipe: Pipe): LegacyWire {
  let closing = false
  return {
    start(listener) {
      read().then(
        () => listener.ended(closing ? undefined : new ConnectionError('The server has gone')),
        (cause: unknown) => listener.ended(asConnectionError(cause)),
      )
      async function read(): Promise<void> {
        for await (const message of pipe.incoming) listener.receive(message, 'pipe')
      }
    },
    async send(message) {
      await pipe.send(message)
    },
    async close() {
      closing = true
      await pipe.close()
    },
  }
}

function asConnectionError(cause: unknown): ConnectionError {
  if (cause instanceof ConnectionError) return cause
  return new ConnectionError('The connection broke', { cause })
}
