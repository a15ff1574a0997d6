/** See /specification/2025-11-25/basic/transports#session-management */
import type { Id, Message } from '@lutra/core'
import type { HttpResponse } from '../http/exchange.ts'
import { HttpError } from '../http/http-error.ts'
import { InvalidResponseError } from '../words/error.ts'
import { errorOfResponse, isGood, type SendHttp } from './http-request.ts'
import { SessionLostError, type WireListener } from './wire.ts'

/** What a session over Streamable HTTP remembers. */
export interface HttpState {
  readonly url: URL
  readonly send: SendHttp
  readonly warn: (message: string) => void
  readonly maxBytes: number
  /** Aborts when the connection is closed. */
  readonly closing: AbortController
  /** The streams that are open for a request, by its id. */
  readonly streams: Map<Id, AbortController>
  listener: WireListener
  sessionId?: string | undefined
  version?: string | undefined
  /** Ends the stream that belongs to no request. */
  standing?: AbortController | undefined
}

/** Posts a message; rejects unless the server took it. */
export async function post(
  state: HttpState,
  message: Message,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { sessionId } = state
  const response = await state.send({
    url: state.url,
    method: 'POST',
    headers: {
      ...sessionHeaders(state),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify(message),
    signal,
  })
  if (!isGood(response)) {
    const error = await errorOfResponse(response)
    if (sessionId === undefined || !saysLost(response.status, error)) throw error
    throw new SessionLostError('The server no longer knows this session', {
      refused: true,
      cause: error,
    })
  }
  if ('method' in message && message.method === 'initialize') {
    state.sessionId = readSessionId(response.header('mcp-session-id'))
  }
  return response
}

/** Opens a stream of the server's own, or goes on with one after an event. */
export function get(
  state: HttpState,
  lastEventId: string | undefined,
  signal: AbortSignal,
): Promise<HttpResponse> {
  return state.send({
    url: state.url,
    method: 'GET',
    headers: {
      ...sessionHeaders(state),
      accept: 'text/event-stream',
      'last-event-id': lastEventId === undefined ? undefined : headerText(lastEventId),
    },
    signal,
  })
}

/** What every request of a session carries. */
export function sessionHeaders({ sessionId, version }: HttpState) {
  return { 'mcp-session-id': sessionId, 'mcp-protocol-version': version }
}

/** Whether a refusal means that the session is gone. Some servers say so with a 400 in place of the 404. */
export function saysLost(status: number | undefined, error: unknown): boolean {
  return status === 404 || (status === 400 && /session/i.test(textOf(error)))
}

function textOf(error: unknown): string {
  if (error instanceof HttpError) return error.excerpt
  return error instanceof Error ? error.message : ''
}

function readSessionId(id: string | undefined): string | undefined {
  if (id === undefined) return undefined
  if (/^[\x21-\x7e]{1,4096}$/.test(id)) return id
  throw new InvalidResponseError('The server gave a session id that is not visible ASCII')
}

/** Text as the bytes that a header may carry: UTF-8, one character a byte. */
function headerText(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text.slice(0, 4096)))
}
