/** What an HTTP response means for the call that asked for it. See /specification/2026-07-28/basic/transports/streamable-http */
import {
  type Call,
  createSseDecoder,
  type ErrorMessage,
  errorOf,
  type Id,
  isObject,
  isRequest,
  isResult,
  type Message,
  type NotificationMessage,
  parseMessage,
  type Result,
  SseError,
} from '@lutra/core'
import { ConnectionError, InvalidResponseError } from '../words/error.ts'
import { readJson } from '../words/read-json.ts'
import type { HttpResponse } from './exchange.ts'
import { httpErrorOf } from './http-error.ts'

export interface Expected {
  readonly id: Id
  readonly call: Call
  readonly maxBytes: number
  readonly warn: (message: string) => void
}

/** Reads a response to its result; throws the server's error as `RpcError`, what is no message as `HttpError`. */
export async function readResponse(response: HttpResponse, expected: Expected): Promise<Result> {
  const type = response.header('content-type')?.trimStart().toLowerCase() ?? ''
  const good = response.status >= 200 && response.status < 300
  if (good && type.startsWith('text/event-stream')) return readStream(response, expected)
  const text = await response.text(expected.maxBytes)
  if (!good) throw readFailure(response, text, expected)
  if (response.status === 202 || text === '') {
    throw new InvalidResponseError(
      `The server answered ${expected.call.method} with HTTP ${response.status} and no body`,
    )
  }
  if (!type.startsWith('application/json')) throw httpErrorOf(response, text)
  return resultOf(readMessage(text), expected)
}

function readFailure(response: HttpResponse, text: string, { id }: Expected): unknown {
  const error = httpErrorOf(response, text)
  const message = errorMessageIn(text)
  // The error may not name its call: where a server could not read a request, it cannot.
  if (!message || (message.id !== undefined && message.id !== null && message.id !== id))
    return error
  return errorOf(message, error)
}

/** The error message in a text, if it is one. Its id may be null, as plain JSON-RPC has it. */
function errorMessageIn(text: string): ErrorMessage | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    const value = readJson(text)
    const message = parseMessage(
      isObject(value) && value['id'] === null ? { ...value, id: undefined } : value,
    )
    return 'method' in message || isResult(message) ? undefined : message
  } catch {
    return undefined
  }
}

async function readStream(response: HttpResponse, expected: Expected): Promise<Result> {
  const decoder = createSseDecoder({ maxBytes: expected.maxBytes })
  try {
    for await (const chunk of response.chunks()) {
      for (const { event, data } of decoder.push(chunk)) {
        // Other events, and those without data, are none of the protocol's.
        if (event !== 'message' || data === '') continue
        const message = readMessage(data)
        if (!('method' in message)) return resultOf(message, expected)
        if (isRequest(message)) {
          expected.warn(`Ignored a request of the server's own: ${message.method}`)
        } else tell(message, expected)
      }
    }
  } catch (error) {
    throw error instanceof SseError
      ? new InvalidResponseError(`${error.message}; raise maxResponseBytes to take it`)
      : error
  } finally {
    response.discard()
  }
  throw new ConnectionError(`The stream ended before the result of ${expected.call.method}`)
}

function tell(message: NotificationMessage, { call }: Expected): void {
  const { method, params } = message
  const { progressToken } = call.meta
  // On the wire the token is our id; the caller knows it by their own.
  if (method === 'notifications/progress')
    call.notify({ method, params: { ...params, progressToken } })
  else call.notify(message)
}

function readMessage(text: string): Message {
  const value = readJson(text)
  try {
    return parseMessage(value)
  } catch (cause) {
    throw new InvalidResponseError(
      `The server sent something that is no message: ${(cause as Error).message}`,
      { cause },
    )
  }
}

function resultOf(message: Message, { id, call }: Expected): Result {
  if (
    'method' in message ||
    (message.id !== id && (message.id !== undefined || isResult(message)))
  ) {
    throw new InvalidResponseError(`The server answered ${call.method} under another id`)
  }
  if (!isResult(message)) throw errorOf(message)
  const { result } = message
  return (result['resultType'] === undefined
    ? { resultType: 'complete', ...result }
    : result) as unknown as Result
}
