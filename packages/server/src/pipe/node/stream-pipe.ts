import type { Readable, Writable } from 'node:stream'
import { createLineReader, failure, parseError, parseJson, type RpcError } from '@lutra/core'
import type { ServerPipe } from '../server-pipe.ts'

export interface StreamPipeOptions {
  /** Bytes that one message may have. Default: 64 MiB. */
  readonly maxLineBytes?: number
  /** How deep the JSON of a message may nest. Default: 128. */
  readonly maxDepth?: number
  /** Bytes that may wait for a client that does not read before it is given up. Default: 64 MiB. */
  readonly maxBufferedBytes?: number
  /** Writes to the output where its own `write` is kept from others. */
  readonly write?: ((text: string, done?: () => void) => boolean) | undefined
}

export interface StreamPipe extends ServerPipe {
  /** Resolves once what was sent has gone out, as far as the client reads. */
  flush(): Promise<void>
}

/** A pipe over two byte streams, one message a line. What cannot be read is answered here. */
export function createStreamPipe(
  input: Readable,
  output: Writable,
  options: StreamPipeOptions = {},
): StreamPipe {
  const { maxLineBytes = defaultMax, maxDepth } = options
  const writer = createWriter(output, options, () => input.destroy())
  const refuse = (error: RpcError) => void writer.write(JSON.stringify(failure(undefined, error)))

  async function* read(): AsyncGenerator<unknown> {
    const values: unknown[] = []
    const lines = createLineReader(
      (line) => {
        try {
          values.push(parseJson(line, maxDepth))
        } catch (reason) {
          refuse(reason as RpcError)
        }
      },
      { maxBytes: maxLineBytes, onError: (error) => refuse(parseError(error.message, error)) },
    )
    try {
      for await (const chunk of input) {
        lines.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
        yield* values.splice(0)
      }
      lines.end()
    } catch {
      // A broken stream is an ended one: what was read of it is still served.
    }
    yield* values
  }

  return {
    incoming: read(),
    send: (message) => writer.write(JSON.stringify(message)),
    sendText: writer.write,
    flush: writer.flush,
  }
}

const defaultMax = 64 * 1024 * 1024

/** Writes the lines of one turn of the event loop at once. */
function createWriter(output: Writable, options: StreamPipeOptions, giveUp: () => void) {
  const { maxBufferedBytes = defaultMax } = options
  const write = options.write ?? ((text, done) => output.write(text, done))
  let lines = ''
  let drained: Promise<void> | undefined
  let open = true

  function close(): void {
    open = false
    lines = ''
    giveUp()
  }

  function flush(): void {
    const text = lines
    lines = ''
    if (text === '' || !open || output.destroyed) return
    if (output.writableLength > maxBufferedBytes) close()
    else write(text)
  }

  // A reader that is gone (EPIPE) ends the pipe like an end of the input does.
  output.on('error', close)
  output.on('close', close)

  return {
    write(json: string): Promise<void> | void {
      if (!open) return
      if (lines === '') setImmediate(flush)
      lines += `${json}\n`
      if (!output.writableNeedDrain) return
      drained ??= new Promise((resolve) => {
        const done = () => {
          output.off('drain', done)
          output.off('close', done)
          drained = undefined
          resolve()
        }
        output.on('drain', done)
        output.on('close', done)
      })
      return drained
    },
    flush: () =>
      new Promise<void>((resolve) => {
        flush()
        if (open && !output.destroyed) write('', () => resolve())
        else resolve()
      }),
  }
}
