import { isObject, type Message, parseMessage, RpcError } from '@lutra/core'
import type { HttpRequest, HttpResponse } from '../http/exchange.ts'
import { type HttpError, httpErrorOf } from '../http/http-error.ts'
import { redirectOf } from '../http/redirect.ts'
import { userHeaders } from '../http/request-headers.ts'
import { createSender } from '../http/sender.ts'
import type { HttpOptions } from '../options.ts'
import { InvalidResponseError } from '../words/error.ts'
import { readJson } from '../words/read-json.ts'
import type { AuthorizedOptions } from './authorized.ts'

export interface Outgoing extends Omit<HttpRequest, 'headers'> {
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** Sends HTTP requests with the headers and the token of a user. */
export interface SendHttp {
  (outgoing: Outgoing): Promise<HttpResponse>
  close(): void
}

export function createSendHttp(options: HttpOptions & AuthorizedOptions): SendHttp {
  const own = createSender(options)
  const sender = options.authorized?.through(own) ?? own
  const ownHeaders = userHeaders(options)
  async function send({ headers, ...rest }: Outgoing): Promise<HttpResponse> {
    const given = Object.entries(headers).filter((entry): entry is [string, string] => !!entry[1])
    const all = { ...(await ownHeaders()), ...Object.fromEntries(given) }
    let { url } = rest
    for (let count = 0; ; count++) {
      const response = await sender.send({ ...rest, url, headers: all })
      if (response.status < 300 || response.status >= 400) return response
      url = redirectOf(response, url, count)
    }
  }
  return Object.assign(send, { close: sender.close })
}

/** Whether a response is a success. */
export function isGood({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300
}

export function isEventStream(response: HttpResponse): boolean {
  const type = response.header('content-type')?.trimStart().toLowerCase()
  return isGood(response) && type?.startsWith('text/event-stream') === true
}

/** The JSON-RPC messages in a body of one message, or of a batch as 2025-03-26 has them. */
export function parseMessages(text: string): readonly Message[] {
  const value = readJson(text)
  try {
    return (Array.isArray(value) ? value : [value]).map((one) => parseMessage(withoutNullId(one)))
  } catch (cause) {
    throw new InvalidResponseError(
      `The server sent something that is no message: ${(cause as Error).message}`,
      { cause },
    )
  }
}

// Servers that could not tell which request an error is about say null, where JSON-RPC here has no id.
function withoutNullId(value: unknown): unknown {
  if (!isObject(value) || value['id'] !== null) return value
  const { id, ...rest } = value
  return rest
}

/** What a response with an error status says: the error of the protocol in its body, or else its status. */
export async function errorOfResponse(response: HttpResponse): Promise<HttpError | RpcError> {
  const text = await response.text(maxErrorBytes).catch(() => '')
  const error = httpErrorOf(response, text)
  return rpcErrorIn(text, error) ?? error
}

const maxErrorBytes = 64 * 1024

function rpcErrorIn(text: string, cause: HttpError): RpcError | undefined {
  // Who may not come in has to read the challenge, whatever else is in the body.
  if (cause.status === 401 || cause.status === 403) return undefined
  try {
    const value = readJson(text)
    const error = isObject(value) ? value['error'] : undefined
    if (!isObject(error) || !Number.isInteger(error['code'])) return undefined
    const { code, message, data } = error
    return new RpcError(String(message), { code: code as number, data, cause })
  } catch {
    return undefined
  }
}
