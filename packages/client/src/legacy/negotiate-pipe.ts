/** See /specification/2026-07-28/basic/transports/stdio#backward-compatibility */
import type { Connection, Pipe } from '@lutra/core'
import { type Attempt, ConnectError } from '../era/connect-error.ts'
import type { EraOptions } from '../era/options.ts'
import { probePipe } from '../era/probe.ts'
import { type Verdicts, verdictsOf } from '../era/verdict.ts'
import type { ConnectOptions } from '../options.ts'
import { connectPipe } from '../pipe/connect-pipe.ts'
import { ConnectionError } from '../words/error.ts'
import { connectLegacyPipe } from './pipe.ts'

export interface NegotiateOptions extends ConnectOptions, EraOptions {
  /** What is at the end of the pipe, for errors. */
  readonly target: string
  /** Under what its verdict is kept. Default: it is not. */
  readonly key?: string
}

/** Connects over a pipe in whichever era the peer speaks. `open` gives a fresh pipe each time that one is needed. */
export async function negotiatePipe(
  open: () => Pipe | Promise<Pipe>,
  options: NegotiateOptions,
): Promise<Connection> {
  const { era = 'auto' } = options
  const verdicts = options.key === undefined ? undefined : verdictsOf(options.key, options)
  const trying: Trying = { open, options, tried: [] }
  const known = era === 'auto' ? await verdicts?.read() : undefined
  try {
    const connection = await connectIn(known === 'legacy' ? known : era, trying)
    await remember(connection, era, verdicts)
    return connection
  } catch (error) {
    options.signal?.throwIfAborted()
    if (known !== 'legacy') throw failure(trying, error)
  }
  // It was legacy once. It may have been updated since.
  try {
    const connection = await connectIn('auto', trying)
    await remember(connection, 'auto', verdicts)
    return connection
  } catch (error) {
    options.signal?.throwIfAborted()
    throw failure(trying, error)
  }
}

interface Trying {
  readonly open: () => Pipe | Promise<Pipe>
  readonly options: NegotiateOptions
  readonly tried: Attempt[]
}

const modern = 'server/discover (modern, 2026-07-28)'
const legacy = 'initialize (legacy, 2025-11-25 and earlier)'

async function connectIn(
  era: NonNullable<EraOptions['era']>,
  { open, options, tried }: Trying,
): Promise<Connection> {
  const attempt = async (what: string, connect: () => Promise<Connection>) => {
    try {
      return await connect()
    } catch (error) {
      tried.push({ what, error })
      throw error
    }
  }
  const first = await open()
  if (era === 'modern') return attempt(modern, () => connectPipe(first, options))
  if (era === 'legacy') return attempt(legacy, () => connectLegacyPipe(first, options))
  const { probed, pipe } = await probing(first, options)
  if (probed.era === 'modern') {
    const { prior } = probed
    return attempt(modern, () => connectPipe(pipe, prior ? { ...options, prior } : options))
  }
  tried.push({ what: modern, error: probed.why })
  if (probed.era === 'legacy') {
    try {
      return await attempt(legacy, () => connectLegacyPipe(pipe, options))
    } catch (error) {
      // It answered, but did not survive the question.
      if (!(error instanceof ConnectionError)) throw error
    }
  } else await pipe.close()
  return attempt(`${legacy}, started anew`, async () => connectLegacyPipe(await open(), options))
}

async function probing(pipe: Pipe, options: NegotiateOptions) {
  try {
    return await probePipe(pipe, options)
  } catch (error) {
    await pipe.close()
    throw error
  }
}

// Who insists on the older era finds out nothing: most servers that speak it speak the newer one too.
async function remember(
  { era }: Connection,
  wanted: EraOptions['era'],
  verdicts: Verdicts | undefined,
): Promise<void> {
  if (wanted !== 'legacy') await verdicts?.write(era)
}

function failure({ options, tried }: Trying, error: unknown): unknown {
  return tried.length === 0 ? error : new ConnectError(options.target, tried)
}
