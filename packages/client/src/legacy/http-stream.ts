/** Event streams that go on after a break. See /specification/2025-11-25/basic/transports#resumability-and-redelivery */
import { createSseDecoder, type Message, type SseDecoder } from '@lutra/core'
import { backoff, sleep } from '@lutra/core/wait'
import type { HttpResponse } from '../http/exchange.ts'
import { ConnectionError } from '../words/error.ts'
import { errorOfResponse, isEventStream, parseMessages } from './http-request.ts'

export interface StreamOptions {
  /** Opens the stream, or goes on with it after the event that is named. */
  open(lastEventId: string | undefined): Promise<HttpResponse>
  receive(message: Message): void
  onWarning(message: string): void
  readonly signal: AbortSignal
  readonly maxBytes: number
  /** Attempts in a row that may fail before the stream is given up. */
  readonly maxFailures: number
}

/** How a stream ended: with what was waited for, or it broke without a way to go on. */
export type StreamEnd = 'done' | 'broken'

/** Longest wait that a server may ask for. */
const longestRetry = 300_000

/**
 * Reads a stream to its end, which `done` tells, through as many connections as it takes. A stream without
 * event ids cannot be resumed: then it ends with its connection, unless `anew` says to open it from scratch.
 */
export async function readStream(
  first: HttpResponse,
  options: StreamOptions,
  { done = () => false, anew = false }: { done?: () => boolean; anew?: boolean } = {},
): Promise<StreamEnd> {
  let response: HttpResponse | undefined = first
  let lastEventId: string | undefined
  let retry: number | undefined
  let failures = 0
  for (let count = 0; ; count++) {
    if (response) {
      const before = lastEventId
      const decoder = createSseDecoder({ maxBytes: options.maxBytes })
      const heard = await readConnection(response, decoder, { ...options, done })
      lastEventId = decoder.id ?? lastEventId
      retry = decoder.retry ?? retry
      if (done()) return 'done'
      failures = heard || lastEventId !== before ? 0 : failures + 1
      if (lastEventId === undefined && !anew) return 'broken'
    }
    if (failures > options.maxFailures) return 'broken'
    // A wait that the server asked for is kept; failures make it longer.
    const asked = Math.min(retry ?? 0, longestRetry)
    const own = retry === undefined || failures > 0 ? backoff(failures, { maxMs: 5000 }) : 0
    // Who is always sent away at once must not come back in a storm.
    await sleep(Math.max(asked, own, Math.min(count * 10, 1000)), options.signal)
    response = await reopen(lastEventId, options)
    if (!response) failures += 1
  }
}

/** Opens another connection; undefined where that may work later. */
async function reopen(
  lastEventId: string | undefined,
  options: StreamOptions,
): Promise<HttpResponse | undefined> {
  try {
    const response = await options.open(lastEventId)
    if (isEventStream(response)) return response
    const error = await errorOfResponse(response)
    const later = response.status >= 500 || response.status === 429
    if (later) return undefined
    throw error
  } catch (error) {
    if (error instanceof ConnectionError && !options.signal.aborted) return undefined
    throw error
  }
}

/** Whether any event came. A broken connection is no error: the next one goes on from there. */
async function readConnection(
  response: HttpResponse,
  decoder: SseDecoder,
  { receive, onWarning, signal, done }: StreamOptions & { done: () => boolean },
): Promise<boolean> {
  let heard = false
  try {
    for await (const chunk of response.chunks()) {
      for (const { event, data } of decoder.push(chunk)) {
        heard = true
        // Empty data primes the client with an id, and nothing else.
        if (event !== 'message' || data === '') continue
        try {
          for (const message of parseMessages(data)) receive(message)
        } catch (error) {
          onWarning(`Ignored an event of the server: ${String(error)}`)
        }
        if (done()) return true
      }
    }
  } catch (error) {
    signal.throwIfAborted()
    onWarning(`A stream of the server broke: ${String(error)}`)
  }
  return heard
}
