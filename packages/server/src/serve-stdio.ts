/** Serves a server over standard input and output. See /specification/2026-07-28/basic/transports/stdio */
import type { Readable, Writable } from 'node:stream'
import { createLegacySession } from './legacy/session.ts'
import { guardStdout } from './pipe/node/stdout-guard.ts'
import { createStreamPipe, type StreamPipeOptions } from './pipe/node/stream-pipe.ts'
import { type PipeOptions, servePipe } from './pipe/serve-pipe.ts'
import type { Servable } from './server-types.ts'

export interface ServeStdioOptions
  extends Omit<StreamPipeOptions, 'write'>,
    Pick<PipeOptions, 'maxCalls' | 'closeTimeoutMs'> {
  /** `false` leaves out the clients of the revisions before 2026-07-28. */
  readonly legacy?: false
  /** Where messages come from. Default: standard input. */
  readonly input?: Readable
  /** Where messages go. Default: standard output, which nothing else can write to meanwhile. */
  readonly output?: Writable
}

/**
 * Serves a server, or any handler, over standard input and output; resolves when the client has closed the input. The
 * process then has two seconds to end by itself.
 */
export async function serveStdio(server: Servable, options: ServeStdioOptions = {}): Promise<void> {
  const { input = process.stdin, output, legacy } = options
  const guard = output ? undefined : guardStdout()
  const pipe = createStreamPipe(input, output ?? process.stdout, {
    ...options,
    write: guard?.write,
  })
  try {
    await servePipe(server, pipe, {
      ...options,
      legacySession: legacy === false ? undefined : (way) => createLegacySession(server, way),
    })
    await pipe.flush()
  } finally {
    guard?.release()
    if (guard) setTimeout(() => process.exit(), exitMs).unref()
  }
}

const exitMs = 2000

export type { Servable }
