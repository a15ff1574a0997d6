import { isObject } from '@lutra/core'
import type { Authorizer, Departure } from '../http/authorizer.ts'
import type { HttpRequest, HttpResponse, HttpSender } from '../http/exchange.ts'
import { ConnectionError } from '../words/error.ts'
import type { Clocks } from './clocks.ts'

/** How often one request may be sent, whatever a way in makes of the answers. */
const maxAttempts = 8

export interface AuthorizeOptions {
  readonly authorizer: Authorizer
  /** Tokens go here and nowhere else. */
  readonly origin: string
  readonly clocks: Clocks
}

/** Has every request authorized, whatever its method and era, and sends it again when a way in says that it now has the means. */
export function authorizeSender(
  sender: HttpSender,
  { authorizer, origin, clocks }: AuthorizeOptions,
): HttpSender {
  const closing = new AbortController()

  async function send(request: HttpRequest): Promise<HttpResponse> {
    if (request.url.origin !== origin) return sender.send(request)
    const departure = departureOf(request, closing.signal)
    for (let attempt = 1; ; attempt++) {
      const given = authorizer.headers(departure)
      // What is there already costs no turn of the event loop.
      const own: Headers = given instanceof Promise ? await clocks.during(given) : given
      const response = await sender.send({ ...request, headers: { ...request.headers, ...own } })
      // It ends a session, which is a courtesy: nobody should have to sign in for that.
      if (request.method === 'DELETE') return response
      try {
        const verdict = authorizer.arrived(response, departure, attempt)
        const again = verdict instanceof Promise ? await clocks.during(verdict) : verdict
        if (!again || attempt >= maxAttempts) return response
      } catch (error) {
        response.discard()
        throw error
      }
      response.discard()
    }
  }

  return {
    send,
    close() {
      closing.abort(new ConnectionError('The connection was closed', { final: true }))
      sender.close()
    },
  }
}

type Headers = Readonly<Record<string, string>>

/** Reads what few ways in ask for only when they do: requests are many, and challenges rare. */
function departureOf(request: HttpRequest, closing: AbortSignal): Departure {
  const { method, url, signal } = request
  let both: AbortSignal | undefined
  return {
    method,
    url,
    get operation() {
      return operationOf(request)
    },
    get signal() {
      both ??= AbortSignal.any([signal, closing])
      return both
    },
  }
}

/** The method of the message in a request, with the tool, prompt or resource that it names. */
function operationOf({ method, headers, body }: HttpRequest): string | undefined {
  if (body === undefined) return method
  const said = headers['mcp-method']
  if (said !== undefined) return [said, headers['mcp-name']].filter(Boolean).join(' ')
  try {
    const message: unknown = JSON.parse(body)
    if (!isObject(message)) return undefined
    const { method: called, params } = message
    const name = isObject(params) ? (params['name'] ?? params['uri']) : undefined
    return [called, name].filter((one) => typeof one === 'string').join(' ') || undefined
  } catch {
    return undefined
  }
}
