/** See /specification/2026-07-28/basic/transports/stdio#backward-compatibility */
import {
  type Discovered,
  type ErrorMessage,
  errorOf,
  latestVersion,
  type Message,
  modernVersions,
  type Pipe,
  type ResultMessage,
  request,
  withMeta,
} from '@lutra/core'
import type { IdentityOptions } from '../options.ts'
import { readDiscovered } from '../words/discover.ts'
import { ConnectionError, TimeoutError } from '../words/error.ts'
import { clientMeta } from '../words/meta.ts'
import { isModernError } from './evidence.ts'

/** What the peer at the end of a pipe turned out to be. */
export type Probed =
  | { readonly era: 'modern'; readonly prior?: Prior }
  | { readonly era: 'legacy'; readonly why: unknown }
  /** It ended over the question, as some legacy servers do. */
  | { readonly era: 'gone'; readonly why: unknown }

interface Prior {
  readonly protocolVersion: string
  readonly discovered: Discovered
}

/** Asks a peer that nothing was said to yet what it is. The pipe that comes back goes on behind the answer. */
export async function probePipe(
  pipe: Pipe,
  options: IdentityOptions & { readonly probeTimeoutMs?: number; readonly signal?: AbortSignal },
): Promise<{ readonly probed: Probed; readonly pipe: Pipe }> {
  const tap = createTap(pipe)
  const meta = clientMeta(options, latestVersion)
  const asked = async (): Promise<Probed> => {
    try {
      await pipe.send(request(probeId, 'server/discover', withMeta({}, meta)))
    } catch (why) {
      return { era: 'gone', why }
    }
    return read(await tap.until(isAnswer))
  }
  const probed = await within(asked(), options)
  return { probed, pipe: tap.rest() }
}

// No other request has such an id, in either era: the late answer of a slow peer is nobody's.
const probeId = 'probe'

const isAnswer = (message: Message): message is ResultMessage | ErrorMessage =>
  !('method' in message) && message.id === probeId

function read(answer: ResultMessage | ErrorMessage | Ended): Probed {
  if ('ended' in answer) return { era: 'gone', why: answer.ended }
  if ('error' in answer) {
    const why = errorOf(answer)
    return isModernError(why) ? { era: 'modern' } : { era: 'legacy', why }
  }
  try {
    const discovered = readDiscovered({ resultType: 'complete', ...answer.result })
    const { supportedVersions } = discovered
    const protocolVersion = modernVersions.find((one) => supportedVersions.includes(one))
    // Without a revision in common, asking again in the modern way gives the error that says so.
    return protocolVersion
      ? { era: 'modern', prior: { protocolVersion, discovered } }
      : { era: 'modern' }
  } catch (why) {
    return { era: 'legacy', why }
  }
}

async function within(
  work: Promise<Probed>,
  { probeTimeoutMs = 4000, signal }: { probeTimeoutMs?: number; signal?: AbortSignal },
): Promise<Probed> {
  let stop = () => {}
  const late = new Promise<Probed>((resolve, reject) => {
    const why = new TimeoutError(`server/discover was not answered within ${probeTimeoutMs} ms`)
    const timer = setTimeout(() => resolve({ era: 'legacy', why }), probeTimeoutMs)
    const abort = () => reject(signal?.reason)
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort, { once: true })
    stop = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  })
  try {
    return await Promise.race([work, late])
  } finally {
    stop()
  }
}

interface Ended {
  readonly ended: unknown
}

/** Messages that may come before the answer to the probe. */
const maxHeld = 100

/** Reads the beginning of a pipe without losing what others will want to read. */
function createTap(pipe: Pipe) {
  const source = pipe.incoming[Symbol.asyncIterator]()
  const held: Message[] = []
  let reading: Promise<IteratorResult<Message>> | undefined
  let handedOver = false

  const next = () => {
    reading ??= source.next()
    return reading
  }

  return {
    async until<M extends Message>(is: (message: Message) => message is M): Promise<M | Ended> {
      try {
        for (;;) {
          const { done, value } = await next()
          if (done || handedOver) return { ended: new ConnectionError('The server has gone') }
          if (held.length >= maxHeld) return { ended: new ConnectionError('The server only talks') }
          reading = undefined
          if (is(value)) return value
          held.push(value)
        }
      } catch (ended) {
        return { ended }
      }
    },
    rest(): Pipe {
      handedOver = true
      async function* incoming(): AsyncGenerator<Message, void, undefined> {
        for (;;) {
          const early = held.shift()
          if (early) {
            yield early
            continue
          }
          const { done, value } = await next()
          if (done) return
          reading = undefined
          yield value
        }
      }
      return {
        incoming: incoming(),
        send: (message) => pipe.send(message),
        close: () => pipe.close(),
      }
    },
  }
}
