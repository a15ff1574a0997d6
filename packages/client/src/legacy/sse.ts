/** The transport before Streamable HTTP. See /specification/2024-11-05/basic/transports#http-with-sse */
import {
  type Connection,
  createSseDecoder,
  type Deferred,
  deferred,
  type Message,
  type Pipe,
} from '@lutra/core'
import { raceAbort } from '@lutra/core/wait'
import { readUrl } from '../http/connect-http.ts'
import type { HttpResponse } from '../http/exchange.ts'
import { type HttpOptions, warnBy } from '../options.ts'
import { createDeadline } from '../words/deadline.ts'
import { ConnectionError, InvalidResponseError } from '../words/error.ts'
import type { AuthorizedOptions } from './authorized.ts'
import {
  createSendHttp,
  errorOfResponse,
  isEventStream,
  isGood,
  parseMessages,
  type SendHttp,
} from './http-request.ts'
import type { LegacyOptions } from './options.ts'
import { connectLegacyPipe } from './pipe.ts'

/** Connects to a server of the HTTP+SSE transport, which 2024-11-05 has. */
export async function connectLegacySse(
  url: string | URL,
  options: LegacyOptions & HttpOptions = {},
): Promise<Connection> {
  return connectLegacyPipe(await openSse(readUrl(url, options), options), options)
}

interface SseState {
  readonly url: URL
  readonly send: SendHttp
  readonly closing: AbortController
  readonly warn: (message: string) => void
  readonly maxBytes: number
  /** Where messages are to be posted: the first thing that the stream says. */
  readonly endpoint: Deferred<URL>
}

async function openSse(url: URL, options: HttpOptions & AuthorizedOptions): Promise<Pipe> {
  const state: SseState = {
    url,
    send: createSendHttp(options),
    closing: new AbortController(),
    warn: warnBy(options),
    maxBytes: options.maxResponseBytes ?? 64 * 1024 * 1024,
    endpoint: deferred<URL>(),
  }
  const { timeoutMs = 60_000, signal } = options
  const what = 'Opening the event stream'
  const deadline = createDeadline({ signal, timeoutMs, maxTimeoutMs: 0, what })
  const unwatch = options.authorized?.watch(deadline)
  const close = () => {
    state.closing.abort(new ConnectionError('The connection was closed', { final: true }))
    state.send.close()
  }
  try {
    const response = await raceAbort(open(state), deadline.signal)
    const incoming = read(state, response)
    // The first step reads up to the endpoint, and keeps what comes after it for the session.
    const first = incoming.next()
    first.catch(state.endpoint.reject)
    const endpoint = await raceAbort(state.endpoint.promise, deadline.signal)
    return {
      incoming: resume(first, incoming),
      send: (message) => post(state, endpoint, message),
      close,
    }
  } catch (error) {
    close()
    throw error
  } finally {
    unwatch?.()
    deadline.end()
  }
}

async function open({ url, send, closing }: SseState): Promise<HttpResponse> {
  const headers = { accept: 'text/event-stream' }
  const response = await send({ url, method: 'GET', headers, signal: closing.signal })
  if (!isGood(response)) throw await errorOfResponse(response)
  if (isEventStream(response)) return response
  response.discard()
  throw new InvalidResponseError('The server answered GET with something that is no event stream')
}

async function* read(state: SseState, response: HttpResponse): AsyncGenerator<Message> {
  const decoder = createSseDecoder({ maxBytes: state.maxBytes })
  try {
    for await (const chunk of response.chunks()) {
      for (const { event, data } of decoder.push(chunk)) {
        if (event === 'endpoint') state.endpoint.resolve(resolveEndpoint(state.url, data))
        else if (event === 'message') yield* parsed(state, data)
      }
    }
  } catch (error) {
    if (!state.closing.signal.aborted) throw error
  }
  state.endpoint.reject(new InvalidResponseError('The event stream named no endpoint'))
}

function parsed({ warn }: SseState, data: string): readonly Message[] {
  try {
    return parseMessages(data)
  } catch (error) {
    warn(`Ignored an event of the server: ${String(error)}`)
    return []
  }
}

/** A foreign origin is refused: the stream could have messages, and the token with them, sent anywhere. */
function resolveEndpoint(url: URL, text: string): URL {
  const endpoint = URL.canParse(text, url.href) ? new URL(text, url) : undefined
  if (endpoint?.origin === url.origin) return endpoint
  throw new InvalidResponseError(
    `The server wants messages at ${text.slice(0, 200)}, which is not of ${url.origin}`,
  )
}

async function* resume(
  first: Promise<IteratorResult<Message>>,
  rest: AsyncGenerator<Message>,
): AsyncGenerator<Message> {
  const { done, value } = await first
  if (done) return
  yield value
  yield* rest
}

async function post({ send, closing }: SseState, endpoint: URL, message: Message): Promise<void> {
  const response = await send({
    url: endpoint,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
    signal: closing.signal,
  })
  if (!isGood(response)) throw await errorOfResponse(response)
  response.discard()
}
